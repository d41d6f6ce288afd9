import { uncurryThis } from '../mirror/uncurry-this.ts'
import type { ValuePattern } from './value-pattern.ts'

/**
 * Takes secrets out of text that is about to leave the process, whatever it was called. The same string when there
 * is nothing to hide; otherwise each secret is replaced by `<redacted: NAME>`. Never throws.
 */
export interface Scrubber {
  scrub(text: string): string
  /**
   * Whether there is certainly nothing to hide, neither in the text nor in any part of it. What is not clear may have nothing
   * to hide either. Never throws.
   */
  isClear(text: string): boolean
}

/** Text beyond what is kept that is looked at all the same, so that a secret that begins before the cut is known. */
export const SCRUB_MARGIN = 256

const { min, max } = Math

export const NOTHING_TO_SCRUB: Scrubber = { scrub: (text) => text, isClear: () => true }

interface Hinted {
  pattern: ValuePattern
  hint: RegExp
}

/**
 * Hot: runs for each captured string. Most have nothing of the kind: one look for what any of the patterns needs
 * decides whether they are tried at all. Patterns that name nothing of the kind are always tried, before the others.
 *
 * @param Expressions See `nativePattern`.
 */
export function createScrubber(patterns: readonly ValuePattern[], Expressions = RegExp): Scrubber {
  if (patterns.length === 0) return NOTHING_TO_SCRUB
  const slice = uncurryThis(String.prototype.slice)
  const minLength = min(...patterns.map((pattern) => pattern.minLength))
  const exec = uncurryThis(Expressions.prototype.exec)
  const unhinted = patterns.filter(({ hint }) => hint === undefined)
  const hinted: readonly Hinted[] = patterns.flatMap((pattern) =>
    pattern.hint === undefined ? [] : { pattern, hint: new Expressions(pattern.hint) },
  )
  const hintsAt = hintsByLength(hinted, Expressions)
  const longest = hintsAt.length - 1

  /** Whether any pattern is worth a try. A short text cannot hold most of them, and many are short: looking for fewer takes half as long. */
  function hasHint(text: string): boolean {
    const { length } = text
    const hints = hintsAt[min(length, longest)]
    return hints !== undefined && exec(hints, text) !== null
  }

  function scrubOne({ name, find }: ValuePattern, text: string): string {
    let kept = ''
    let from = 0
    for (let at = find(text, 0); at !== undefined; at = find(text, from)) {
      kept += `${slice(text, from, at.start)}<redacted: ${name}>`
      from = at.end
    }
    return from === 0 ? text : kept + slice(text, from)
  }

  function scrubUnhinted(text: string): string {
    let scrubbed = text
    for (let i = 0; i < unhinted.length; i++) scrubbed = scrubOne(unhinted[i] as ValuePattern, scrubbed)
    return scrubbed
  }

  /** Each by its own hint: half of all ids look a little like the number of a card, and nothing like an e-mail address. */
  function scrubHinted(text: string): string {
    let scrubbed = text
    for (let i = 0; i < hinted.length; i++) {
      const { pattern, hint } = hinted[i] as Hinted
      if (exec(hint, scrubbed) !== null) scrubbed = scrubOne(pattern, scrubbed)
    }
    return scrubbed
  }

  return {
    scrub(text) {
      if (text.length < minLength) return text
      try {
        const scrubbed = scrubUnhinted(text)
        return hasHint(scrubbed) ? scrubHinted(scrubbed) : scrubbed
      } catch {
        // A pattern that fails must not let through what it was there to stop.
        return '<redacted: a pattern failed>'
      }
    },
    isClear(text) {
      if (text.length < minLength) return true
      try {
        // Every match has its hint inside of it, whatever stands around.
        return unhinted.length === 0 && !hasHint(text)
      } catch {
        return false
      }
    },
  }
}

/** By the length of a text, the hints of all patterns that it is long enough for; the last is for whatever is longer. */
function hintsByLength(hinted: readonly Hinted[], Expressions: RegExpConstructor): (RegExp | undefined)[] {
  const longest = max(0, ...hinted.map(({ pattern }) => pattern.minLength))
  const byLength: (RegExp | undefined)[] = []
  let found: readonly Hinted[] = []
  for (let length = 0; length <= longest; length++) {
    const before = found
    found = hinted.filter(({ pattern }) => pattern.minLength <= length)
    const isSame = found.length === before.length
    byLength[length] = isSame
      ? byLength[length - 1]
      : new Expressions(found.map(({ hint }) => `(?:${hint.source})`).join('|'))
  }
  return byLength
}
