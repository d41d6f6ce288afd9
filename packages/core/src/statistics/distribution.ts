import * as z from 'zod/mini'

/** Half the width of a bucket relative to its value: percentiles are within 1 % of a value that occurred. */
export const RELATIVE_ERROR = 0.01
/** Buckets of one sign. A factor of 8 million between smallest and largest fits 800; beyond, the smallest share one. */
export const MAX_BUCKETS = 1_024

const Count = z.int().check(z.minimum(0))
const Finite = z.number().check(z.minimum(-Number.MAX_VALUE), z.maximum(Number.MAX_VALUE))
/** Exponents of the bucket base and how many values fell there, in ascending order. */
const Buckets = z.array(z.tuple([z.int().check(z.minimum(-50_000), z.maximum(50_000)), Count])).check(
  z.maxLength(MAX_BUCKETS),
  z.refine(
    (buckets) => buckets.every(([exponent], at) => at === 0 || exponent > (buckets[at - 1]?.[0] ?? 0)),
    'must be in order',
  ),
)

/**
 * What is kept of many numbers, of constant size and mergeable: over time, over agents, in any order. Logarithmic
 * buckets after Masson, Rim and Lee, "DDSketch" (VLDB 2019); the deviation after Chan, Golub and LeVeque (1983).
 */
export const Distribution = z
  .object({
    count: Count.check(z.minimum(1)),
    min: Finite,
    max: Finite,
    /** Exact for whole numbers. */
    sum: Finite,
    /** Sum of squared differences from the mean. */
    m2: z.number().check(z.minimum(0), z.maximum(Number.MAX_VALUE)),
    zeros: Count,
    /** By magnitude. */
    negative: Buckets,
    positive: Buckets,
  })
  .check(
    z.refine((data) => data.min <= data.max, 'min is above max'),
    z.refine((data) => data.count === data.zeros + total(data.negative) + total(data.positive), 'counts do not add up'),
  )
export type Distribution = z.infer<typeof Distribution>

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
const EXPONENTS_PER_E = 1 / Math.log(GAMMA)
/** Smaller magnitudes count as zero: below the normal numbers logarithms lose their digits. */
const SMALLEST = 2.2250738585072014e-308

/** Of the bucket that holds a positive number. */
export function exponentOf(magnitude: number): number {
  return Math.ceil(Math.log(magnitude) * EXPONENTS_PER_E)
}

/** The number that stands for a bucket: at most `RELATIVE_ERROR` away from all in it. */
export function magnitudeOf(exponent: number): number {
  return (2 * Math.exp(exponent / EXPONENTS_PER_E)) / (GAMMA + 1)
}

export const isZero = (value: number): boolean => value < SMALLEST && value > -SMALLEST

/**
 * @param a what there is so far, if anything
 * @returns what one distribution of all the values would be, but for rounding in `sum` and `m2`
 */
export function mergeDistributions(a: Distribution | undefined, b: Distribution): Distribution {
  if (a === undefined) return b
  const count = a.count + b.count
  const difference = b.sum / b.count - a.sum / a.count
  return {
    count,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: finite(a.sum + b.sum),
    m2: finite(a.m2 + b.m2 + difference * difference * ((a.count * b.count) / count)),
    zeros: a.zeros + b.zeros,
    negative: mergeBuckets(a.negative, b.negative),
    positive: mergeBuckets(a.positive, b.positive),
  }
}

type Bucket = [exponent: number, count: number]

function mergeBuckets(a: readonly Bucket[], b: readonly Bucket[]): Bucket[] {
  const merged: Bucket[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const left = a[i]?.[0] ?? Number.POSITIVE_INFINITY
    const right = b[j]?.[0] ?? Number.POSITIVE_INFINITY
    const exponent = Math.min(left, right)
    const count = (left === exponent ? (a[i++]?.[1] ?? 0) : 0) + (right === exponent ? (b[j++]?.[1] ?? 0) : 0)
    merged.push([exponent, count])
  }
  return boundBuckets(merged)
}

/** Ascending buckets, at most `MAX_BUCKETS`: the smallest magnitudes share one, high percentiles stay exact. */
export function boundBuckets(buckets: Bucket[]): Bucket[] {
  const surplus = buckets.length - MAX_BUCKETS
  if (surplus <= 0) return buckets
  const shared = buckets.splice(0, surplus)
  const smallest = buckets[0]
  if (smallest !== undefined) smallest[1] += total(shared)
  return buckets
}

/** Squares overflow long before their numbers do; JSON has no infinity. */
export const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(value, Number.MAX_VALUE))

function total(buckets: readonly Bucket[]): number {
  let sum = 0
  for (const [, count] of buckets) sum += count
  return sum
}
