import type { Redactor } from '@lightrun/core'
import type { Shape } from './shape.ts'

/** A shape as the encoder walks it on the hot path: lists, because a map's iterator can be replaced by the application. */
export type Outline = 'all' | 'none' | { members: readonly MemberOutline[]; items: Outline | undefined }

export interface MemberOutline {
  name: string
  /** `"name":` */
  prefix: string
  /** By redaction: it is not read. */
  hidden: boolean
  outline: Outline
}

/** Names that are indices go first and in order, as they do in every object: objects are numbered by their place. */
export function outlineOf(shape: Shape, redactor: Redactor): Outline {
  if (typeof shape === 'string') return shape
  const names = Object.keys(Object.fromEntries(shape.members))
  return {
    members: names.map((name) => ({
      name,
      prefix: `${JSON.stringify(name)}:`,
      hidden: redactor.hides(name),
      outline: outlineOf(shape.members.get(name) ?? 'all', redactor),
    })),
    items: shape.items === undefined ? undefined : outlineOf(shape.items, redactor),
  }
}
