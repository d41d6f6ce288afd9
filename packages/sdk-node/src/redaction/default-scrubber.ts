import { createScrubber, DEFAULT_PACKS, patternsOf, type Scrubber } from '@lightrun/core'
import { ownExpressions } from './own-expressions.ts'

/** For what is said where no policy is known: the usual packs, made ready when the first text comes. Never throws. */
export function createDefaultScrubber(): Pick<Scrubber, 'scrub'> {
  let scrubber: Scrubber | undefined
  return {
    scrub(text) {
      try {
        if (scrubber === undefined) {
          const Expressions = ownExpressions()
          scrubber = createScrubber(patternsOf(DEFAULT_PACKS, Expressions), Expressions)
        }
        return scrubber.scrub(text)
      } catch {
        return '<redacted: the patterns failed>'
      }
    },
  }
}
