/** Slips of the fingers in one name: a letter left out, added or taken for another, or two that changed places. */
const MAX_SLIPS = 2
/** A word that is part of a name, such as `endpoint` of `apiEndpoint`. Shorter ones are part of too many. */
const MIN_PART_LENGTH = 4
/** Longer texts are no names. */
const MAX_NAME_LENGTH = 64

/** Which of these was meant by what is written, if it looks like one of them: the first of those that look most like it. */
export function likelyName<T>(
  written: string,
  candidates: readonly T[],
  nameOf: (candidate: T) => string,
): T | undefined {
  const plain = plainName(written)
  if (plain === '' || plain.length > MAX_NAME_LENGTH) return undefined
  let best: T | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const difference = differenceOf(plain, plainName(nameOf(candidate)))
    if (difference < least) {
      best = candidate
      least = difference
    }
  }
  return best
}

const plainName = (name: string) => name.toLowerCase().replaceAll(/[-_]/g, '')

function differenceOf(written: string, name: string): number {
  const slips = slipsBetween(written, name)
  if (slips <= MAX_SLIPS && slips * 2 < written.length) return slips
  const isPart = written.length >= MIN_PART_LENGTH && name.includes(written)
  return isPart ? MAX_SLIPS + 1 : Number.POSITIVE_INFINITY
}

function slipsBetween(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const other = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const both = swapped ? before[j - 2]! + 1 : other
      next.push(Math.min(other, both, row[j]! + 1, next[j - 1]! + 1))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
