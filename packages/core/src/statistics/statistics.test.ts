import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Distribution, MAX_BUCKETS, mergeDistributions, RELATIVE_ERROR } from './distribution.ts'
import { createRecorder } from './recorder.ts'
import { summarize } from './statistics.ts'

function distributionOf(values: readonly number[]): Distribution {
  const recorder = createRecorder()
  for (const value of values) recorder.record(value)
  const taken = recorder.take()
  if (taken === undefined) throw new Error('nothing was recorded')
  return taken
}

const close = (a: number, b: number, relative = 1e-9) =>
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + 1e-12

const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 })

describe('statistics of recorded numbers', () => {
  it('are those of the numbers', () => {
    const { count, sum, min, max, mean, stddev } = summarize(distributionOf([2, 4, 4, 4, 5, 5, 7, 9]))
    expect({ count, sum, min, max, mean, stddev }).toEqual({ count: 8, sum: 40, min: 2, max: 9, mean: 5, stddev: 2 })
  })

  it('have percentiles within one percent of the value at that rank', () => {
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(['p50', 0.5] as const, ['p95', 0.95] as const, ['p999', 0.999] as const),
        (all, [name, share]) => {
          const sorted = [...all].sort((a, b) => a - b)
          const exact = sorted[Math.ceil(share * all.length) - 1] ?? Number.NaN
          const told = summarize(distributionOf(all))[name]
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(Math.abs(exact) * RELATIVE_ERROR * 1.000001 + 1e-300)
        },
      ),
    )
  })

  it('start anew after each take', () => {
    const recorder = createRecorder()
    recorder.record(5)
    recorder.take()
    expect(recorder.take()).toBeUndefined()
    recorder.record(-1)
    expect(recorder.take()).toMatchObject({ count: 1, min: -1, max: -1, sum: -1, m2: 0 })
  })

  it('hold the largest, the smallest and the tiniest numbers there are', () => {
    const extremes = [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -0, 0, 1e-300]
    const data = distributionOf(extremes)
    expect(JSON.parse(JSON.stringify(data))).toEqual(data)
    expect(Distribution.safeParse(data).success).toBe(true)
    expect(summarize(data)).toMatchObject({ count: 6, min: -Number.MAX_VALUE, max: Number.MAX_VALUE, p50: 0 })
  })
})

describe('merging', () => {
  it('gives what one recorder of all numbers would', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = mergeDistributions(distributionOf(a), distributionOf(b))
        const whole = distributionOf([...a, ...b])
        expect({ ...merged, sum: 0, m2: 0 }).toEqual({ ...whole, sum: 0, m2: 0 })
        const scale = Math.max(Math.abs(whole.min), Math.abs(whole.max))
        expect(Math.abs(merged.sum - whole.sum)).toBeLessThanOrEqual(1e-9 * scale * whole.count)
        const deviation = ({ m2, count }: Distribution) => Math.sqrt(m2 / count)
        expect(Math.abs(deviation(merged) - deviation(whole))).toBeLessThanOrEqual(1e-6 * scale)
        expect(Distribution.safeParse(merged).success).toBe(true)
      }),
    )
  })

  it('keeps to its size, and high percentiles exact, however far the numbers are apart', () => {
    const all = Array.from({ length: 5_000 }, (_, index) => 1.1 ** (index - 2_500))
    const data = mergeDistributions(distributionOf(all.slice(0, 3_000)), distributionOf(all.slice(3_000)))
    expect(data.positive).toHaveLength(MAX_BUCKETS)
    expect(data.count).toBe(5_000)
    expect(close(summarize(data).p99, all[4_949] ?? 0, 0.011)).toBe(true)
  })
})

describe('a distribution from elsewhere', () => {
  const good = distributionOf([1, 2, 300, -4, 0])
  it.each([
    ['has a count that its buckets do not have', { count: 6 }],
    ['is empty', { count: 0, zeros: 0, positive: [], negative: [] }],
    ['has buckets out of order', { positive: [...good.positive].reverse() }],
    ['has a negative count', { zeros: -1 }],
    ['has a minimum above its maximum', { min: 1e9 }],
    ['is not finite', { sum: Number.NaN }],
    [
      'has more buckets than allowed',
      { count: 2_000, zeros: 0, negative: [], positive: Array.from({ length: 2_000 }, (_, i) => [i, 1]) },
    ],
  ])('is refused when it %s', (_, change) => {
    expect(Distribution.safeParse(good).success).toBe(true)
    expect(Distribution.safeParse({ ...good, ...change }).success).toBe(false)
  })
})
