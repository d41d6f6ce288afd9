import type { Shape } from './shape.ts'

/** A shape as the encoder walks it on the hot path: lists, because a map's iterator can be replaced by the application. */
export type Outline =
  | 'all'
  | 'none'
  | { names: readonly string[]; outlines: readonly Outline[]; items: Outline | undefined }

/** Names that are indices go first and in order, as they do in every object: objects are numbered by their place. */
export function outlineOf(shape: Shape): Outline {
  if (typeof shape === 'string') return shape
  const names = Object.keys(Object.fromEntries(shape.members))
  return {
    names,
    outlines: names.map((name) => outlineOf(shape.members.get(name) ?? 'all')),
    items: shape.items === undefined ? undefined : outlineOf(shape.items),
  }
}
