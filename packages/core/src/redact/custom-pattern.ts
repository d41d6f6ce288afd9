import { RE2JS } from 're2js'
import type { ValuePattern } from './value-pattern.ts'

/** Characters of a pattern. What is longer is a word list, and belongs into several. */
export const MAX_PATTERN_LENGTH = 500

export type CompiledPattern =
  | { status: 'compiled'; pattern: ValuePattern }
  /** `message` says what is wrong, for whoever wrote it. */
  | { status: 'refused'; message: string }

/**
 * A pattern that somebody wrote, in RE2's syntax: no look-around and no backreference, so that the time is linear in
 * the text whatever the pattern is. Never throws.
 */
export function compilePattern(name: string, source: string): CompiledPattern {
  if (source.length > MAX_PATTERN_LENGTH) {
    return { status: 'refused', message: `longer than ${MAX_PATTERN_LENGTH} characters; write several` }
  }
  let compiled: RE2JS
  try {
    compiled = RE2JS.compile(source)
  } catch (error) {
    return { status: 'refused', message: error instanceof Error ? error.message : String(error) }
  }
  if (compiled.test('')) return { status: 'refused', message: 'it matches the empty text, and so everywhere' }
  return {
    status: 'compiled',
    pattern: {
      name,
      hint: undefined,
      minLength: 1,
      find(text, from) {
        // A plain yes or no takes a faster way than a position.
        if (from === 0 && !compiled.test(text)) return undefined
        const matcher = compiled.matcher(text)
        if (!matcher.find(from)) return undefined
        return { start: matcher.start(), end: Math.max(matcher.end(), matcher.start() + 1) }
      },
    },
  }
}
