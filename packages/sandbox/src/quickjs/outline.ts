import type { Redactor } from '@lightrun/core'
import type { Shape } from './shape.ts'

/** A shape as the encoder walks it on the hot path: lists, because a map's iterator can be replaced by the application. */
export type Outline = 'all' | 'none' | { members: readonly MemberOutline[]; items: Outline | undefined }

/** Inputs that can be told to be rows: bits of one number. */
const MAX_INPUTS = 30
/** Members of a row, at most. Objects with more gain little. */
const MAX_COLUMNS = 4

export interface MemberOutline {
  name: string
  /** `"name":` */
  prefix: string
  /** By redaction: it is not read. */
  hidden: boolean
  /** QuickJS has it on every object: that one does not must be said. */
  inherited: boolean
  outline: Outline
}

/** Names that are indices go first and in order, as they do in every object: objects are numbered by their place. */
export function outlineOf(shape: Shape, redactor: Redactor): Outline {
  if (typeof shape === 'string') return shape
  // In a message, an object with this key alone is something special; a whole object is told from it.
  if (shape.members.has('\0')) return 'all'
  const names = Object.keys(Object.fromEntries(shape.members))
  return {
    members: names.map((name) => ({
      name,
      prefix: `${JSON.stringify(name)}:`,
      hidden: redactor.hides(name),
      inherited: name in Object.prototype,
      outline: outlineOf(shape.members.get(name) ?? 'all', redactor),
    })),
    items: shape.items === undefined ? undefined : outlineOf(shape.items, redactor),
  }
}

/**
 * Of a list whose elements are read by a few members only: their names. Such a list is written without its objects,
 * value after value, which QuickJS reads in half the time, as long as all of them are ordinary.
 */
export function columnsOf(outline: Outline, input: number): readonly string[] | undefined {
  if (input >= MAX_INPUTS) return undefined
  if (typeof outline === 'string' || outline.items === undefined || typeof outline.items === 'string') return undefined
  const { members, items } = outline.items
  if (items !== undefined || members.length === 0 || members.length > MAX_COLUMNS) return undefined
  if (outline.members.some(({ name }) => name !== 'length')) return undefined
  return members.some(({ name, hidden, outline: inner }) => hidden || inner !== 'all' || name === 'stack')
    ? undefined
    : members.map(({ name }) => name)
}
