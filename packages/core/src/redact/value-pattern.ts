import { uncurryThis } from '../mirror/uncurry-this.ts'

/** What a secret looks like. */
export interface ValuePattern {
  /** Stands in the secret's place. */
  name: string
  /** Source of a regular expression for a few characters that every match contains, wherever it stands: it looks at nothing around them. `undefined`: always try. */
  hint: string | undefined
  /** No shorter text has a match. */
  minLength: number
  /** The first match at or after `from`, in time linear in the text. `end` is after `start`. */
  find(text: string, from: number): Span | undefined
}

/** UTF-16 units, end exclusive. */
export interface Span {
  start: number
  end: number
}

export interface NativePattern {
  name: string
  hint: RegExp
  minLength: number
  /** All quantifiers bounded, or over classes that what follows cannot continue: time stays linear. */
  regex: RegExp
  /** A second look at what matched, to tell a card from an order number. */
  verify?: (match: string) => boolean
}

/**
 * A pattern for the host's own engine: ours, never a user's.
 *
 * @param Expressions `RegExp` of the realm whose `RegExp.$1` and its like a match may change. In a process that belongs
 * to somebody else this is a realm of its own.
 */
export function nativePattern(
  { name, hint, minLength, regex, verify }: NativePattern,
  Expressions = RegExp,
): ValuePattern {
  const exec = uncurryThis(Expressions.prototype.exec)
  // Its position is set before each use.
  const sticky = new Expressions(regex.source, `${regex.flags.replace('g', '')}g`)
  return {
    name,
    hint: hint.source,
    minLength,
    find(text, from) {
      sticky.lastIndex = from
      for (let found = exec(sticky, text); found !== null; found = exec(sticky, text)) {
        const match = found[0]
        if (verify === undefined || verify(match)) return { start: found.index, end: found.index + match.length }
        // A number that is none may hide the beginning of one that is.
        sticky.lastIndex = found.index + 1
      }
      return undefined
    },
  }
}
