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

/** Characters of a line that are compared; a longer one is minified, and nobody reads it by line. */
export const MAX_LINE_TEXT = 1_000

/** A position as somebody asks for it: with what they see there, and with what to do when nothing is executed there. */
export const AskedPosition = z.extend(SourcePosition, {
  /** Where the line has no code, take the nearest line that has. Absent: refuse, and offer that line. */
  nearest: z.optional(z.boolean()),
  /** SHA-256, in hex, of the `comparableSource` of the file they look at. */
  sourceHash: z.optional(
    z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 small hexadecimal digits')),
  ),
  /** The line they look at, without the white space around it. Tells where it is in the file that runs, if that differs. */
  lineText: z.optional(z.string().check(z.maxLength(MAX_LINE_TEXT))),
})
export type AskedPosition = z.infer<typeof AskedPosition>

/** The text of a file as it is hashed: checkouts differ in their line endings and byte order mark, and no line moves. */
export function comparableSource(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
}

/** `src/cart.ts:42` or `src/cart.ts:42:7`. */
export function formatPosition(position: SourcePosition): string {
  const column = position.column === undefined ? '' : `:${position.column}`
  return `${position.file}:${position.line}${column}`
}
