import * as z from 'zod/mini'

/** The longest path a position may name. Longer than PATH_MAX on Linux (4096 bytes) only by hostility. */
export const MAX_PATH_LENGTH = 4096
/** No source file has more lines; a larger number is a typing error or hostile. */
export const MAX_LINE = 10_000_000

/**
 * A place in the source as people write it: a path suffix (`src/cart.ts` matches `/app/src/cart.ts`, on a
 * boundary), a 1-based line, an optional 1-based column for minified code.
 */
export const SourcePosition = z.object({
  file: z.string().check(z.minLength(1), z.maxLength(MAX_PATH_LENGTH)),
  line: z.int().check(z.minimum(1), z.maximum(MAX_LINE)),
  column: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_LINE))),
})
export type SourcePosition = z.infer<typeof SourcePosition>

/** `src/cart.ts:42` or `src/cart.ts:42:7`. */
export function formatPosition(position: SourcePosition): string {
  const column = position.column === undefined ? '' : `:${position.column}`
  return `${position.file}:${position.line}${column}`
}
