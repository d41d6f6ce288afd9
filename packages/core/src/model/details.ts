import * as z from 'zod/mini'

/** Levels of an error's details: ours have two. Unbounded nesting exhausts the stack of whoever writes it as JSON. */
export const MAX_DETAILS_DEPTH = 8

/** `ErrorDetails` from the wire: plain JSON of little depth. */
export const Details = z
  .record(z.string(), z.unknown())
  .check(z.refine((value) => isShallow(value, MAX_DETAILS_DEPTH), 'is nested too deeply'))

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((held) => isShallow(held, levels - 1))
}
