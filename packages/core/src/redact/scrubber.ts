import { uncurryThis } from '../mirror/uncurry-this.ts'
import type { ValuePattern } from './value-pattern.ts'

/**
 * Takes secrets out of text that is about to leave the process, whatever it was called. The same string when there
 * is nothing to hide; otherwise each secret is replaced by `<redacted: NAME>`. Never throws.
 */
export interface Scrubber {
  scrub(text: string): string
}

/** Text beyond what is kept that is looked at all the same, so that a secret that begins before the cut is known. */
export const SCRUB_MARGIN = 256

export const NOTHING_TO_SCRUB: Scrubber = { scrub: (text) => text }

/**
 * Hot: runs for each captured string. Most have nothing of the kind: one look for what any of the patterns needs
 * decides whether they are tried at all. Patterns that name nothing of the kind are always tried, before the others.
 *
 * @param Expressions See `nativePattern`.
 */
export function createScrubber(patterns: readonly ValuePattern[], Expressions = RegExp): Scrubber {
  if (patterns.length === 0) return NOTHING_TO_SCRUB
  const slice = uncurryThis(String.prototype.slice)
  const minLength = Math.min(...patterns.map((pattern) => pattern.minLength))
  const exec = uncurryThis(Expressions.prototype.exec)
  const unhinted = patterns.filter(({ hint }) => hint === undefined)
  const hinted = patterns.flatMap((pattern) =>
    pattern.hint === undefined ? [] : { pattern, hint: new Expressions(pattern.hint) },
  )
  const hints = new Expressions(hinted.map(({ hint }) => `(?:${hint.source})`).join('|'))

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
      const { pattern, hint } = hinted[i] as (typeof hinted)[number]
      if (exec(hint, scrubbed) !== null) scrubbed = scrubOne(pattern, scrubbed)
    }
    return scrubbed
  }

  return {
    scrub(text) {
      if (text.length < minLength) return text
      try {
        const scrubbed = scrubUnhinted(text)
        return hinted.length === 0 || exec(hints, scrubbed) === null ? scrubbed : scrubHinted(scrubbed)
      } catch {
        // A pattern that fails must not let through what it was there to stop.
        return '<redacted: a pattern failed>'
      }
    },
  }
}
