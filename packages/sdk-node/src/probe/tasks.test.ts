import {
  type CapturedValue,
  type LogHit,
  type LogTask,
  MAX_FIELDS,
  type SnapshotHit,
  type TraceContext,
} from '@lightrun/core'
import type { Evaluation } from '@lightrun/sandbox'
import { describe, expect, it } from 'vitest'
import { createCounterTask } from './counter-task.ts'
import type { SiteExpression } from './expressions.ts'
import { createLogTask, MAX_LOG_TEXT } from './log-task.ts'
import { createSnapshotTask, type SnapshotTaskOptions } from './snapshot-task.ts'

const value =
  (text: string): SiteExpression =>
  () => ({ status: 'value', value: text })
const captureString = (each: unknown): CapturedValue => ({ type: 'string', value: String(each) })

/** Nothing is clear, so that each hit is captured and scrubbed; `log-task.test.ts` says that it makes no difference. */
const always = (hits: LogHit[]) => ({
  isClear: () => false,
  maxPlainLength: 1_000,
  action: { actionId: 'a', revision: 1 },
  now: () => 1,
  report: (hit: LogHit) => void hits.push(hit),
  reportLine() {},
})

describe('a log', () => {
  const nowhere = (): TraceContext | undefined => undefined
  function setUp(parts: readonly (string | SiteExpression)[], task: Partial<LogTask> = {}, traceContext = nowhere) {
    const hits: LogHit[] = []
    const lines: string[] = []
    const log = createLogTask({
      ...always(hits),
      scrub: (text) => text,
      task: { type: 'log', format: '', level: 'info', targets: ['server'], ...task },
      parts: parts.map((part, index) => (typeof part === 'string' ? part : { field: `f${index}`, evaluate: part })),
      capture: captureString,
      traceContext,
      settled: () => Promise.resolve(),
      sink: {
        info: (text) => lines.push(`info ${text}`),
        warn: (text) => lines.push(`warn ${text}`),
        error: () => {
          throw new Error('the sink is broken')
        },
      },
    })
    return { log, hits, lines }
  }

  it('renders text and expressions', () => {
    const { log, hits } = setUp(['total ', ([total]) => ({ status: 'value', value: total }), '!'])
    log.perform([12])
    const fields = [{ name: 'f1', value: { type: 'string', value: '12' } }]
    expect(hits).toEqual([{ type: 'log', level: 'info', text: 'total 12!', fields }])
  })

  it('has the values of its text as fields, each once, and why some are missing', () => {
    const hits: LogHit[] = []
    const a = { field: 'a', evaluate: value('1') }
    const log = createLogTask({
      ...always(hits),
      scrub: (text) => text,
      task: { type: 'log', format: '', level: 'info', targets: ['server'] },
      parts: [
        a,
        ' ',
        { field: 'b', evaluate: () => ({ status: 'failed', message: 'b is not defined here' }) },
        a,
        { field: 'c', evaluate: () => ({ status: 'omitted', reason: 'redacted' }) },
      ],
      capture: captureString,
      traceContext: nowhere,
      settled: () => Promise.resolve(),
      sink: console,
    })
    log.perform([])
    expect(hits[0]).toMatchObject({
      text: '1 <b is not defined here>1<redacted>',
      fields: [
        { name: 'a', value: { type: 'string', value: '1' } },
        { name: 'b', error: 'b is not defined here' },
        { name: 'c', value: { type: 'omitted', reason: 'redacted' } },
      ],
    })
  })

  it('of text alone has no fields, and of very many values as many as are taken', () => {
    const { log, hits } = setUp(['text'])
    log.perform([])
    expect(hits[0]).not.toHaveProperty('fields')
    const many = setUp(Array.from({ length: MAX_FIELDS + 1 }, () => value('x')))
    many.log.perform([])
    expect([many.hits[0]?.fields?.length, many.hits[0]?.text.length]).toEqual([MAX_FIELDS, MAX_FIELDS + 1])
  })

  it('carries the active span', () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }
    const { log, hits } = setUp(['x'], {}, () => trace)
    log.perform([])
    expect(hits[0]?.trace).toEqual(trace)
  })

  it.each<[Evaluation, string]>([
    [{ status: 'omitted', reason: 'redacted' }, '<redacted>'],
    [{ status: 'omitted', reason: 'unsafe', of: 'accessor' }, '<unsafe accessor>'],
    [{ status: 'failed', message: 'x is not defined here' }, '<x is not defined here>'],
  ])('says in its place what has no value: %o', (outcome, text) => {
    const { log, hits } = setUp(['a ', () => outcome])
    log.perform([])
    expect(hits[0]?.text).toBe(`a ${text}`)
  })

  it('is cut at its limit, and says so', () => {
    const { log, hits } = setUp([value('x'.repeat(MAX_LOG_TEXT)), value('yy')])
    log.perform([])
    expect(hits[0]?.text).toMatch(/x… <2 or more characters omitted: length>$/)
  })

  it('goes to the application, the server, or both', () => {
    const both = setUp(['x'], { level: 'warn', targets: ['server', 'stdout'] })
    both.log.perform([])
    const stdout = setUp(['x'], { level: 'debug', targets: ['stdout'] })
    stdout.log.perform([])
    expect([both.hits.length, both.lines, stdout.hits.length, stdout.lines]).toEqual([1, ['warn x'], 0, ['info x']])
  })

  it('does not mind a logger that throws', () => {
    const { log, hits } = setUp(['x'], { level: 'error', targets: ['stdout', 'server'] })
    expect(() => log.perform([])).not.toThrow()
    expect(hits).toHaveLength(1)
  })
})

describe('a counter', () => {
  it('reports differences, and nothing when nothing happened', () => {
    const reports: number[] = []
    const counter = createCounterTask((count) => reports.push(count))
    counter.flush()
    for (let pass = 0; pass < 3; pass++) counter.perform([])
    counter.flush()
    counter.flush()
    counter.perform([])
    counter.flush()
    expect(reports).toEqual([3, 1])
  })
})

/** A snapshot of a frame that is not where it was written. */
function setUpSnapshot(mapFrames: SnapshotTaskOptions['mapFrames']) {
  const reports: SnapshotHit[] = []
  const snapshot = createSnapshotTask({
    watches: [],
    captureVariables: () => [],
    scrub: (text) => text,
    captureWatch: captureString,
    catchStack: () => () => [{ function: 'f', file: 'dist/a.js', line: 1, column: 40, exact: false }],
    mapFrames,
    traceContext: () => undefined,
    reserve: () => (data) => data && reports.push(data),
    fault: (cause) => expect.unreachable(String(cause)),
    now: () => 1,
  })
  return { snapshot, reports }
}

describe('a snapshot', () => {
  it('is reported with the frames as they run where they cannot be mapped', async () => {
    const { snapshot, reports } = setUpSnapshot(() => Promise.reject(new Error('a fault of ours')))
    snapshot.perform([])
    await snapshot.settled()
    expect(reports[0]?.frames).toEqual([{ function: 'f', file: 'dist/a.js', line: 1 }])
  })

  it('that is not worked out when the process ends is offered as it is, once', async () => {
    let map = (_: never[]) => {}
    const { snapshot, reports } = setUpSnapshot(
      () =>
        new Promise((resolve) => {
          map = resolve
        }),
    )
    snapshot.perform([])
    snapshot.perform([])
    await Promise.resolve()
    snapshot.hurry?.()
    snapshot.hurry?.()
    const frames = [{ function: 'f', file: 'dist/a.js', line: 1 }]
    expect(reports.map((each) => each.frames)).toEqual([frames, frames])
    map([])
    await Promise.resolve()
    expect(reports).toHaveLength(2)
  })

  it('tells of a hit that a fault of ours cost, and goes on with the next', async () => {
    const reports: SnapshotHit[] = []
    const faults: unknown[] = []
    let lost = 0
    const snapshot = createSnapshotTask({
      watches: [],
      captureVariables: () => [],
      scrub: (text) => text,
      captureWatch: captureString,
      catchStack: () => () => [],
      mapFrames: async () => [],
      traceContext: () => undefined,
      reserve: () => (data) => {
        if (data === undefined) lost++
        else if (faults.length === 0) throw new Error('full')
        else reports.push(data)
      },
      fault: (cause) => faults.push(String(cause)),
      now: () => 1,
    })
    snapshot.perform([])
    snapshot.perform([])
    await snapshot.settled()
    expect([faults, lost, reports.length]).toEqual([['Error: full'], 1, 1])
  })

  it('sees everything at the hit and maps frames afterwards, keeping the order of hits', async () => {
    const reports: [SnapshotHit, number][] = []
    let clock = 100
    let hit = 0
    const release: (() => void)[] = []
    const snapshot = createSnapshotTask({
      watches: [
        { name: 'a', evaluate: value('seen') },
        { name: 'b', evaluate: () => ({ status: 'failed', message: 'b is not defined here' }) },
        { name: 'c', evaluate: () => ({ status: 'omitted', reason: 'redacted' }) },
      ],
      captureVariables: ([n]) => [{ name: 'n', value: { type: 'number', value: n as number } }],
      scrub: (text) => text,
      captureWatch: captureString,
      catchStack: () => {
        const name = `f${++hit}`
        return () => [{ function: name, file: 'dist/a.js', line: 1, column: 1, exact: false }]
      },
      mapFrames: (frames) =>
        new Promise((resolve) =>
          release.push(() =>
            resolve(frames.map((frame) => ({ function: frame.function, file: 'src/a.ts', line: 10 }))),
          ),
        ),
      traceContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }),
      reserve: () => (data, atMs) => data && reports.push([data, atMs]),
      fault: (cause) => expect.unreachable(String(cause)),
      now: () => clock++,
    })
    snapshot.perform([1])
    snapshot.perform([2])
    expect(reports).toEqual([])
    const settled = snapshot.settled()
    for (let turn = 0; turn < 10; turn++) {
      release.shift()?.()
      await Promise.resolve()
      await Promise.resolve()
    }
    await settled
    expect(reports.map(([data, atMs]) => [data.variables[0]?.value, data.frames[0], atMs])).toEqual([
      [{ type: 'number', value: 1 }, { function: 'f1', file: 'src/a.ts', line: 10 }, 100],
      [{ type: 'number', value: 2 }, { function: 'f2', file: 'src/a.ts', line: 10 }, 101],
    ])
    expect(reports[0]?.[0].trace?.spanId).toBe('b'.repeat(16))
    expect(reports[0]?.[0].watches).toEqual([
      { name: 'a', value: { type: 'string', value: 'seen' } },
      { name: 'b', error: 'b is not defined here' },
      { name: 'c', value: { type: 'omitted', reason: 'redacted' } },
    ])
  })
})
