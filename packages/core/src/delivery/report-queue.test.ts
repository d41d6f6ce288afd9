import { describe, expect, it } from 'vitest'
import type { HitReport, MetricReport, Report, StatusReport } from '../model/report.ts'
import { createLogLine, type Outgoing } from '../protocol/log-line.ts'
import type { Distribution } from '../statistics/distribution.ts'
import { createRecorder } from '../statistics/recorder.ts'
import { approximateBytes } from './approximate-bytes.ts'
import { createReportQueue, type ReportQueue } from './report-queue.ts'

const of = (actionId = 'a') => ({ actionId, revision: 1 })
const hit = (text: string, actionId = 'a'): HitReport => ({
  kind: 'hit',
  ...of(actionId),
  atMs: 1,
  data: { type: 'log', level: 'info', text },
})
const status = (actionId = 'a'): StatusReport => ({
  kind: 'status',
  ...of(actionId),
  atMs: 1,
  status: { state: 'hitting', engine: 'weave', position: { file: 'a.js', line: 1 } },
})
const line = (text: string, actionId = 'a') =>
  createLogLine(
    { actionId, revision: 1, level: 'info', fields: ['n'], texts: ['', ''], fromMs: 0 },
    [0, 1, text],
    text.length,
  )
const count = (passes: number, actionId = 'a'): Report => ({ kind: 'count', ...of(actionId), atMs: 1, count: passes })
const loss = (reason: 'queue_full' | 'too_large' | 'throttled' | 'undeliverable', lost: number, actionId = 'a') => ({
  kind: 'loss',
  ...of(actionId),
  atMs: 99,
  reason,
  count: lost,
})
const queueOf = (limits = {}) => createReportQueue({ now: () => 99, ...limits })
const drain = (queue: ReportQueue) => {
  const reports: Outgoing[] = []
  for (let report = queue.take(); report !== undefined; report = queue.take()) reports.push(report)
  return reports
}

describe('order', () => {
  it('gives hits and statuses as they came, then counts, then losses', () => {
    const queue = queueOf()
    queue.lose(of(), 'throttled', 2)
    for (const report of [count(1), hit('1'), status(), hit('2')]) queue.offer(report)
    expect(queue.size).toBe(5)
    expect(drain(queue)).toEqual([hit('1'), status(), hit('2'), count(1), loss('throttled', 2)])
    expect(queue.size).toBe(0)
  })

  it('holds for hits that are lines', () => {
    const queue = queueOf()
    const reports = [status(), line('1'), status(), status(), hit('2'), line('3'), status()]
    for (const report of reports) queue.offer(report)
    expect(drain(queue)).toEqual(reports)
  })

  it('loses lines as it loses hits', () => {
    const queue = queueOf({ maxReports: 2 })
    for (const report of [line('1'), hit('2'), status(), line('3')]) queue.offer(report)
    queue.forfeit([line('4')], 'undeliverable')
    expect(drain(queue)).toEqual([status(), line('3'), loss('queue_full', 2), loss('undeliverable', 1)])
  })

  it('merges what an action measured, and keeps that it measured nothing', () => {
    const queue = queueOf()
    const measured = (series: MetricReport['series'], atMs: number): MetricReport => ({
      kind: 'metric',
      ...of(),
      atMs,
      series,
    })
    const one = (value: number) => {
      const recorder = createRecorder()
      recorder.record(value)
      return recorder.take() as Distribution
    }
    queue.offer(measured({ returned: one(4) }, 1))
    queue.offer(measured({ returned: one(8), thrown: one(1) }, 2))
    queue.offer(measured({}, 3))
    const [report, ...others] = drain(queue)
    expect(others).toEqual([])
    expect(report).toMatchObject({
      kind: 'metric',
      atMs: 3,
      series: { returned: { count: 2, sum: 12, min: 4, max: 8 }, thrown: { count: 1 } },
    })
    queue.forfeit([report as Report], 'undeliverable')
    expect(drain(queue)).toEqual([report])
  })

  it('adds up the counts and the losses of an action', () => {
    const queue = queueOf()
    for (const report of [count(1), count(2), count(5, 'b')]) queue.offer(report)
    queue.lose(of(), 'throttled', 1)
    queue.lose(of(), 'throttled', 2)
    queue.lose(of(), 'too_large', 1)
    queue.lose(of('b'), 'throttled', 1)
    queue.lose(of('b'), 'throttled', 0)
    expect(drain(queue)).toEqual([
      count(3),
      count(5, 'b'),
      loss('throttled', 3),
      loss('too_large', 1),
      loss('throttled', 1, 'b'),
    ])
  })
})

describe('totals of passes', () => {
  const passes = (all: number, actionId = 'a'): Report => ({
    kind: 'passes',
    ...of(actionId),
    atMs: all,
    passes: all,
    conditionFalse: 0,
    conditionFailed: 0,
    throttled: 0,
  })

  it('leave last, and only the latest of each action', () => {
    const queue = queueOf()
    for (const report of [passes(1), passes(9, 'b'), passes(4), hit('1')]) queue.offer(report)
    expect(queue.size).toBe(3)
    expect(drain(queue)).toEqual([hit('1'), passes(4), passes(9, 'b')])
  })

  it('that could not be delivered are sent again, unless newer ones have come', () => {
    const queue = queueOf()
    queue.offer(passes(4))
    queue.forfeit([passes(2), passes(1, 'b')], 'undeliverable')
    expect(drain(queue)).toEqual([passes(4), passes(1, 'b')])
  })
})

describe('bounds', () => {
  it('takes the last report that fits; the next pushes the oldest hit out, counted', () => {
    const queue = queueOf({ maxReports: 2 })
    queue.offer(hit('1', 'old'))
    queue.offer(hit('2'))
    expect(queue.size).toBe(2)
    queue.offer(hit('3'))
    expect(drain(queue)).toEqual([hit('2'), hit('3'), loss('queue_full', 1, 'old')])
  })

  it('is bounded by bytes as well', () => {
    const queue = queueOf({ maxBytes: 2 * approximateBytes(hit('x'.repeat(1_000))) })
    for (let i = 0; i < 5; i++) queue.offer(hit('x'.repeat(1_000)))
    expect(drain(queue).map((report) => report.kind)).toEqual(['hit', 'hit', 'loss'])
    queue.offer(hit('x'.repeat(1_000_000)))
    expect(drain(queue)).toEqual([loss('queue_full', 1)])
  })

  it('keeps statuses while there are hits to drop, and counts whatever happens', () => {
    const queue = queueOf({ maxReports: 2 })
    for (const report of [status('1'), hit('1'), status('2'), count(7), count(1)]) queue.offer(report)
    expect(drain(queue)).toEqual([status('1'), status('2'), count(8), loss('queue_full', 1)])
    for (const id of ['1', '2', '3']) queue.offer(status(id))
    expect(drain(queue)).toEqual([status('2'), status('3'), loss('queue_full', 1, '1')])
  })

  it('accounts for every one of many reports', () => {
    const queue = queueOf({ maxReports: 100 })
    for (let i = 0; i < 10_000; i++) queue.offer(hit(String(i)))
    const reports = drain(queue)
    expect(reports).toHaveLength(101)
    expect(reports[0]).toEqual(hit('9900'))
    expect(reports.at(-1)).toEqual(loss('queue_full', 9_900))
  })
})

it('turns what cannot be delivered into losses, and keeps counts and losses', () => {
  const queue = queueOf()
  queue.forfeit([hit('1'), hit('2'), status(), count(4), loss('throttled', 3) as Report], 'undeliverable')
  expect(drain(queue)).toEqual([count(4), loss('undeliverable', 3), loss('throttled', 3)])
})

it('turns what cannot be delivered at all into losses, each by what it tells', () => {
  const queue = queueOf()
  const recorder = createRecorder()
  for (const value of [1, 2, 3]) recorder.record(value)
  const measured = recorder.take() as Distribution
  const series = { returned: measured, thrown: measured }
  const totals = { passes: 9, conditionFalse: 0, conditionFailed: 0, throttled: 0 }
  const reports: Report[] = [
    hit('1'),
    count(4, 'b'),
    { kind: 'metric', ...of('c'), atMs: 1, series },
    { kind: 'metric', ...of('d'), atMs: 1, series: {} },
    { kind: 'passes', ...of('e'), atMs: 1, ...totals },
    loss('throttled', 2, 'f') as Report,
  ]
  queue.giveUp(reports, 'undeliverable')
  expect(drain(queue)).toEqual([
    loss('undeliverable', 1),
    loss('undeliverable', 4, 'b'),
    loss('undeliverable', 6, 'c'),
    loss('undeliverable', 2, 'f'),
  ])
})

it('tells its listener of each arrival', () => {
  const queue = queueOf()
  let heard = 0
  queue.onOffer = () => heard++
  queue.offer(hit('1'))
  queue.lose(of(), 'throttled', 1)
  expect(heard).toBe(2)
})

it('estimates a line of a log with its fields within a factor of two of its JSON', () => {
  const fields = Array.from({ length: 10 }, (_, i) => ({
    name: `order.items[${i}].name`,
    value: { type: 'string' as const, value: 'x'.repeat(40) },
  }))
  const line: Report = { ...hit(''), data: { type: 'log', level: 'info', text: 'x'.repeat(450), fields } }
  const exact = JSON.stringify(line).length
  expect(approximateBytes(line)).toBeGreaterThan(exact / 2)
  expect(approximateBytes(line)).toBeLessThan(exact * 2)
})

it('estimates a snapshot within a factor of two of its JSON', () => {
  const snapshot: Report = {
    ...hit(''),
    data: {
      type: 'snapshot',
      frames: Array.from({ length: 10 }, () => ({
        function: 'addToCart',
        file: '/app/src/cart.ts',
        line: 1,
        column: 1,
      })),
      variables: Array.from({ length: 20 }, (_, i) => ({
        name: `variable${i}`,
        value: { type: 'object', class: 'Cart', properties: [['id', { type: 'string', value: 'x'.repeat(i) }]] },
      })),
      watches: [{ name: 'a.b', error: 'not there' }],
    },
  }
  const exact = JSON.stringify(snapshot).length
  expect(approximateBytes(snapshot)).toBeGreaterThan(exact / 2)
  expect(approximateBytes(snapshot)).toBeLessThan(exact * 2)
})

it('gives up what is over a new bound at once, the oldest first, and counts it', () => {
  const queue = createReportQueue({ now: () => 1 })
  const hit = (text: string): Report => ({
    ...{ kind: 'hit', actionId: 'a', revision: 1, atMs: 1 },
    data: { type: 'log', level: 'info', text },
  })
  for (let n = 0; n < 10; n++) queue.offer(hit(`${n}`.padEnd(1_000)))
  queue.bound(2_500)
  const kept = Array.from({ length: queue.size }, () => queue.take())
  expect(
    kept.map((report) => (report?.kind === 'hit' && report.data.type === 'log' ? report.data.text.trim() : report)),
  ).toEqual(['8', '9', expect.objectContaining({ kind: 'loss', reason: 'queue_full', count: 8 })])
})
