import * as z from 'zod/mini'
import { type Distribution, magnitudeOf } from './distribution.ts'

/** The percentiles that are told, and the share of values at or below each. */
const PERCENTILES = { p50: 0.5, p75: 0.75, p95: 0.95, p98: 0.98, p99: 0.99, p999: 0.999 } as const

/** A distribution in figures for people. In the unit of its values. Percentiles are within 1 %. */
export const Statistics = z.object({
  count: z.int(),
  sum: z.number(),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  /** Of the values themselves (population), not estimated for more of them. */
  stddev: z.number(),
  p50: z.number(),
  p75: z.number(),
  p95: z.number(),
  p98: z.number(),
  p99: z.number(),
  p999: z.number(),
})
export type Statistics = z.infer<typeof Statistics>

export function summarize(data: Distribution): Statistics {
  const { count, sum, min, max, m2 } = data
  const percentiles = Object.entries(PERCENTILES).map(([name, share]) => [name, percentile(data, share)])
  // Totals of many agents saturate: `count` stays a whole number that JSON can tell.
  return {
    count: Math.min(count, Number.MAX_SAFE_INTEGER),
    sum,
    min,
    max,
    mean: sum / count,
    stddev: Math.sqrt(m2 / count),
    ...Object.fromEntries(percentiles),
  }
}

/** The value with that share of all at or below it. */
function percentile({ count, min, max, zeros, negative, positive }: Distribution, share: number): number {
  const within = (value: number) => Math.min(max, Math.max(min, value))
  let left = Math.ceil(share * count)
  // From the smallest value up: the most negative has the largest magnitude.
  for (let at = negative.length - 1; at >= 0; at--) {
    const [exponent, held] = negative[at] ?? [0, 0]
    left -= held
    if (left <= 0) return within(-magnitudeOf(exponent))
  }
  left -= zeros
  if (left <= 0) return within(0)
  for (const [exponent, held] of positive) {
    left -= held
    if (left <= 0) return within(magnitudeOf(exponent))
  }
  return max
}
