import type { Report, Series, Task } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { admit } from './admit.ts'
import { tally } from './tally.ts'

const log: Task = { type: 'log', format: 'x', level: 'info', targets: ['server'] }
const counter: Task = { type: 'counter', name: 'n' }
const of = { actionId: 'a', revision: 1, atMs: 1 }
const hit: Report = { kind: 'hit', ...of, data: { type: 'log', level: 'info', text: '' } }
const count = (n: number): Report => ({ kind: 'count', ...of, count: n })

const news = (...reports: Report[]) => {
  const frame = { protocol: 1 as const, agentId: 'x'.repeat(16), first: 1, reports }
  const found = tally(frame, 0).get('a')
  if (found === undefined) throw new Error('no news')
  return found
}
const limit = (task: Task, maxHits: number | null, soFar = 0, hasEnded = false) => ({
  task,
  maxHits,
  soFar,
  maxHitsPerAgent: null,
  soFarOfAgent: 0,
  hasEnded,
})

describe('a hit limit', () => {
  it.each([
    [null, 0, 2, 0, false],
    [3, 0, 2, 0, false],
    [2, 0, 2, 0, true],
    [3, 2, 1, 1, true],
    [2, 2, 0, 2, true],
  ])('of %s with %i so far takes %i of 2, loses %i, ends: %s', (maxHits, soFar, taken, lost, ends) => {
    const admitted = admit(news(hit, hit), limit(log, maxHits, soFar))
    expect(admitted?.hits).toHaveLength(taken)
    expect(admitted?.losses.get('hit_limit') ?? 0).toBe(lost)
    expect(admitted?.ends).toBe(ends)
  })

  it('of each agent is kept beside the one over all, and does not end the action', () => {
    const own = { ...limit(log, 10, 5), maxHitsPerAgent: 3, soFarOfAgent: 2 }
    expect(admit(news(hit, hit), own)).toMatchObject({ hits: [hit], ends: false })
    expect(admit(news(hit, hit), own)?.losses.get('hit_limit')).toBe(1)
    expect(admit(news(hit), { ...own, soFar: 9 })?.ends).toBe(true)
    expect(admit(news(hit), { ...own, maxHits: null, soFarOfAgent: 3 })).toMatchObject({ hits: [], ends: false })
  })

  it('counts passes of a counter to the last', () => {
    expect(admit(news(count(4), count(4)), limit(counter, 5))).toMatchObject({ passes: 5, ends: true })
  })

  it('lets nothing in once the action has ended, and does not end it again', () => {
    expect(admit(news(hit), limit(log, 9, 3, true))).toMatchObject({ hits: [], ends: false })
  })

  it('does not end an action that only has a status', () => {
    const status: Report = { kind: 'status', ...of, status: { state: 'received' } }
    expect(admit(news(status), limit(log, 1, 1))).toMatchObject({ ends: false })
  })
})

describe('a measurement', () => {
  const duration: Task = { type: 'duration', name: 'd' }
  const one = {
    count: 1,
    min: 5,
    max: 5,
    sum: 5,
    m2: 0,
    zeros: 0,
    negative: [],
    positive: [[81, 1]] as [[number, number]],
  }
  const metric = (series: Series): Report => ({ kind: 'metric', ...of, series: { [series]: one } })

  it('is merged within a frame, and counted', () => {
    const admitted = admit(news(metric('returned'), metric('thrown'), metric('returned')), limit(duration, null))
    expect(admitted).toMatchObject({ passes: 3, ends: false })
    expect([...(admitted?.series ?? [])].map(([name, { count }]) => [name, count])).toEqual([
      ['returned', 2],
      ['thrown', 1],
    ])
  })

  it('is stored whole when it reaches the limit, and not at all after it', () => {
    const reaching = admit(news(metric('returned'), metric('returned')), limit(duration, 3, 2))
    expect(reaching).toMatchObject({ passes: 2, ends: true })
    expect(reaching?.losses.size).toBe(0)
    const after = admit(news(metric('returned')), limit(duration, 3, 4, true))
    expect(after).toMatchObject({ passes: 0, ends: false })
    expect(after?.series).toBeUndefined()
    expect(after?.losses.get('hit_limit')).toBe(1)
  })

  it('may say that nothing was measured', () => {
    const empty = admit(news({ kind: 'metric', ...of, series: {} }), limit(duration, 1))
    expect(empty).toMatchObject({ passes: 0, ends: false, series: new Map() })
  })

  it('of another kind, or of something that is not measured, is refused', () => {
    expect(admit(news(metric('value')), limit(duration, null))).toBeUndefined()
    expect(admit(news(metric('returned')), limit(counter, null))).toBeUndefined()
    expect(admit(news(count(1)), limit(duration, null))).toBeUndefined()
  })
})

it('refuses hits of a counter, passes of a log, and a snapshot of a log', () => {
  const snapshot: Report = { kind: 'hit', ...of, data: { type: 'snapshot', frames: [], variables: [], watches: [] } }
  expect(admit(news(hit), limit(counter, null))).toBeUndefined()
  expect(admit(news(count(1)), limit(log, null))).toBeUndefined()
  expect(admit(news(snapshot), limit(log, null))).toBeUndefined()
})

describe('the tally of a frame', () => {
  const frame = (first: number, reports: Report[]) => ({
    protocol: 1 as const,
    agentId: 'x'.repeat(16),
    first,
    reports,
  })
  it.each([
    [1, 0, 3],
    [1, 2, 1],
    [1, 3, 0],
    [1, 99, 0],
    [5, 0, 3],
    [5, 5, 2],
  ])('from %i after %i has %i new reports', (first, lastSeq, fresh) => {
    expect(tally(frame(first, [hit, hit, hit]), lastSeq).get('a')?.hits.length ?? 0).toBe(fresh)
  })
})
