import { boundBuckets, type Distribution, exponentOf, finite, isZero, MAX_BUCKETS } from './distribution.ts'

/** Adds numbers up to a `Distribution`. */
export interface Recorder {
  /** On the application's hot path: about 50 ns. Finite numbers only. */
  record(value: number): void
  /** What came since the last call; `undefined` when nothing did. */
  take(): Distribution | undefined
}

/** Exponents kept before they are bounded: a hostile series must not fill the memory between two reports. */
const MAX_HELD = 4 * MAX_BUCKETS

export function createRecorder(): Recorder {
  let count = 0
  let zeros = 0
  let min = 0
  let max = 0
  let sum = 0
  let mean = 0
  let m2 = 0
  let negative = new Map<number, number>()
  let positive = new Map<number, number>()

  function add(buckets: Map<number, number>, magnitude: number): Map<number, number> {
    const exponent = exponentOf(magnitude)
    const all = buckets.size > MAX_HELD ? new Map(ascending(buckets)) : buckets
    all.set(exponent, (all.get(exponent) ?? 0) + 1)
    return all
  }

  return {
    record(value) {
      // First: the rest calls nothing that could throw, and a count without its bucket is no distribution.
      if (isZero(value)) zeros++
      else if (value > 0) positive = add(positive, value)
      else negative = add(negative, -value)
      if (count === 0) {
        min = value
        max = value
      } else if (value < min) min = value
      else if (value > max) max = value
      count++
      sum += value
      const before = value - mean
      // Not `before / count`: the difference of two large numbers may be infinite.
      mean += value / count - mean / count
      m2 += before * (value - mean)
    },
    take() {
      if (count === 0) return undefined
      const taken: Distribution = {
        count,
        min,
        max,
        sum: finite(sum),
        m2: Number.isNaN(m2) ? Number.MAX_VALUE : Math.max(0, finite(m2)),
        zeros,
        negative: ascending(negative),
        positive: ascending(positive),
      }
      count = 0
      zeros = 0
      sum = 0
      mean = 0
      m2 = 0
      negative.clear()
      positive.clear()
      return taken
    },
  }
}

function ascending(buckets: ReadonlyMap<number, number>): [number, number][] {
  return boundBuckets([...buckets].sort(([a], [b]) => a - b))
}
