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
 */
export function createScrubber(patterns: readonly ValuePattern[]): Scrubber {
  if (patterns.length === 0) return NOTHING_TO_SCRUB
  const slice = uncurryThis(String.prototype.slice)
  const minLength = Math.min(...patterns.map((pattern) => pattern.minLength))
  const exec = uncurryThis(RegExp.prototype.exec)
  const unhinted = patterns.filter(({ hint }) => hint === undefined)
  const hinted = patterns.filter(({ hint }) => hint !== undefined)
  const hints = new RegExp(hinted.map(({ hint }) => `(?:${hint})`).join('|'))

  function scrubOne({ name, find }: ValuePattern, text: string): string {
    let kept = ''
    let from = 0
    for (let at = find(text, 0); at !== undefined; at = find(text, from)) {
      kept += `${slice(text, from, at.start)}<redacted: ${name}>`
      from = at.end
    }
    return from === 0 ? text : kept + slice(text, from)
  }

  function scrubAll(some: readonly ValuePattern[], text: string): string {
    let scrubbed = text
    for (let i = 0; i < some.length; i++) scrubbed = scrubOne(some[i] as ValuePattern, scrubbed)
    return scrubbed
  }

  return {
    scrub(text) {
      if (text.length < minLength) return text
      try {
        const scrubbed = scrubAll(unhinted, text)
        return hinted.length === 0 || exec(hints, scrubbed) === null ? scrubbed : scrubAll(hinted, scrubbed)
      } catch {
        // A pattern that fails must not let through what it was there to stop.
        return '<redacted: a pattern failed>'
      }
    },
  }
}
