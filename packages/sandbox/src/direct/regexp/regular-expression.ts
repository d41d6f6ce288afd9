import type { Matcher } from './matcher.ts'

/** A regular expression as it is written in an expression. Never leaves an evaluation. */
export class RegularExpression {
  readonly #matcher: Matcher
  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  /** By its brand: `instanceof` would walk the prototypes of a value, which may be a proxy. */
  static matcherOf(value: unknown): Matcher | undefined {
    return typeof value === 'object' && value !== null && #matcher in value ? value.#matcher : undefined
  }
}
