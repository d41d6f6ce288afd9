/** Code points (without the flag `u`: UTF-16 units) as ranges `from, to, from, to, …`, both ends included, ascending and apart. */
export type CharacterSet = readonly number[]

export const MAX_CODE_POINT = 0x10ffff

const LINE_ENDS: CharacterSet = [0x0a, 0x0a, 0x0d, 0x0d, 0x2028, 0x2029]
export const WORD: CharacterSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]
const DIGITS: CharacterSet = [0x30, 0x39]
const SPACES: CharacterSet = [
  ...[0x09, 0x0d, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff],
]

export const ANYTHING: CharacterSet = [0, MAX_CODE_POINT]
export const ANY_OF_A_LINE: CharacterSet = complementOf(LINE_ENDS)

/** `\d` and its like, by their letter. */
export const CLASSES: ReadonlyMap<string, CharacterSet> = new Map([
  ['d', DIGITS],
  ['D', complementOf(DIGITS)],
  ['s', SPACES],
  ['S', complementOf(SPACES)],
  ['w', WORD],
  ['W', complementOf(WORD)],
])

export function unionOf(sets: readonly CharacterSet[]): CharacterSet {
  const ranges: [from: number, to: number][] = []
  for (const set of sets) for (let i = 0; i < set.length; i += 2) ranges.push([set[i] ?? 0, set[i + 1] ?? 0])
  ranges.sort((a, b) => a[0] - b[0])
  const result: number[] = []
  for (const [from, to] of ranges) {
    const last = result.length - 1
    if (last > 0 && from <= (result[last] ?? 0) + 1) result[last] = Math.max(result[last] ?? 0, to)
    else result.push(from, to)
  }
  return result
}

export function complementOf(set: CharacterSet): CharacterSet {
  const result: number[] = []
  let from = 0
  for (let i = 0; i < set.length; i += 2) {
    if ((set[i] ?? 0) > from) result.push(from, (set[i] ?? 0) - 1)
    from = (set[i + 1] ?? 0) + 1
  }
  if (from <= MAX_CODE_POINT) result.push(from, MAX_CODE_POINT)
  return result
}

/**
 * With the flag `i` and without `u`: a letter of ASCII is its other case, too. Beyond ASCII nothing is added, so a set
 * that was written with such characters cannot be folded by this.
 */
export function foldedAscii(set: CharacterSet): CharacterSet {
  const shifted = (from: number, to: number, by: number): number[][] => {
    const found: number[][] = []
    for (let i = 0; i < set.length; i += 2) {
      const low = Math.max(set[i] ?? 0, from)
      const high = Math.min(set[i + 1] ?? 0, to)
      if (low <= high) found.push([low + by, high + by])
    }
    return found
  }
  return unionOf([set, ...shifted(0x41, 0x5a, 32), ...shifted(0x61, 0x7a, -32)])
}
