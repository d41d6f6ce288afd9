import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LightrunError } from '../errors/lightrun-error.ts'
import type { AgentInfo } from '../model/agent-info.ts'
import type { Report } from '../model/report.ts'
import { decodeUpFrame } from '../protocol/codec.ts'
import { MAX_REPORTS_PER_FRAME, MAX_UP_FRAME_BYTES } from '../protocol/frames.ts'
import type { Distribution } from '../statistics/distribution.ts'
import { createRecorder } from '../statistics/recorder.ts'
import { createManualTimers, type ManualTimers } from '../time/manual-timers.ts'
import { createMemoryTransport } from '../transport/memory-transport.ts'
import type { Delivery } from '../transport/transport.ts'
import {
  BUSY_LINGER_MS,
  BUSY_REPORTS,
  createDelivery,
  FULL_FRAME_REPORTS,
  LINGER_MS,
  REFUSED_PAUSE_MS,
} from './create-delivery.ts'
import type { ReportDelivery } from './delivery.ts'
import { MAX_BODY_BYTES } from './frame-cutter.ts'
import { createReportQueue, type ReportQueue } from './report-queue.ts'

const hello: AgentInfo = {
  displayName: 'shop',
  tags: ['test'],
  hostname: 'h',
  pid: 1,
  runtime: { name: 'node', version: '20' },
  sdkVersion: '0',
  startedAtMs: 0,
}
const hit = (text: string): Report => ({
  kind: 'hit',
  actionId: 'a',
  revision: 1,
  atMs: 1,
  data: { type: 'log', level: 'info', text },
})
/** Three passes, counted and measured. */
function sums(actionId: string): Report[] {
  const of = { actionId, revision: 1, atMs: 1 }
  const recorder = createRecorder()
  for (const value of [1, 2, 3]) recorder.record(value)
  return [
    { kind: 'count', ...of, count: 3 },
    { kind: 'metric', ...of, series: { value: recorder.take() as Distribution } },
    { kind: 'passes', ...of, passes: 3, conditionFalse: 0, conditionFailed: 0, throttled: 0 },
  ]
}

let timers: ManualTimers
let queue: ReportQueue
let delivery: ReportDelivery
let server: ReturnType<typeof createMemoryTransport>['server']
let stop: AbortController
let running: Promise<void>
let faults: LightrunError[]

beforeEach(() => {
  timers = createManualTimers()
  queue = createReportQueue({ now: () => 99 })
  const memory = createMemoryTransport()
  server = memory.server
  faults = []
  stop = new AbortController()
  delivery = createDelivery({
    transport: memory.transport,
    agentId: 'agent-0123456789',
    hello: () => hello,
    queue,
    timers,
    onFault: (error) => faults.push(error),
  })
})
const start = () => {
  running = delivery.start(stop.signal)
  return timers.advance(0)
}
afterEach(async () => {
  stop.abort()
  await running
  expect(timers.waiting).toEqual([])
})
const frames = () => server.received.map(decodeUpFrame)
const texts = (frame = frames().at(-1)) =>
  frame?.reports.map((report) => (report.kind === 'hit' && report.data.type === 'log' ? report.data.text : report.kind))

describe('saying hello', () => {
  it('comes first, without waiting for reports, and once', async () => {
    expect(delivery.registered).toBe(false)
    await start()
    expect(frames()).toMatchObject([{ hello, first: 1, reports: [] }])
    expect(delivery.registered).toBe(true)
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS)
    expect(frames()).toMatchObject([{ hello }, { first: 1, reports: [hit('1')] }])
    expect(frames()[1]?.hello).toBeUndefined()
  })

  it('is repeated until it is accepted, with the reports that came meanwhile behind it', async () => {
    server.answer = () => ({ status: 'retry' })
    await start()
    queue.offer(hit('1'))
    await timers.advance(REFUSED_PAUSE_MS * 3)
    expect(frames()).toHaveLength(4)
    expect(new Set(server.received.map((bytes) => new TextDecoder().decode(bytes))).size).toBe(1)
    server.answer = () => ({ status: 'accepted' })
    await timers.advance(REFUSED_PAUSE_MS + LINGER_MS)
    expect(texts()).toEqual(['1'])
  })

  it('is said again to a server that has forgotten the agent, with the same reports under the same numbers', async () => {
    await start()
    let known = false
    server.answer = (bytes) => {
      known ||= decodeUpFrame(bytes).hello !== undefined
      return known ? { status: 'accepted' } : { status: 'refused', code: 'agent_unknown' }
    }
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS)
    const [, refused, again] = frames()
    expect(again).toEqual({ ...refused, hello })
    expect(delivery.registered).toBe(true)
    expect(faults).toEqual([])
  })

  it('is said at once when someone asks for it', async () => {
    await start()
    delivery.greet()
    expect(delivery.registered).toBe(false)
    await timers.advance(0)
    expect(frames()).toMatchObject([{ hello }, { hello }])
  })

  it('is said once more when it is asked for while one is under way: that one tells an older state', async () => {
    const answers: ((delivery: Delivery) => void)[] = []
    server.answer = () => new Promise((resolve) => answers.push(resolve))
    await start()
    delivery.greet()
    answers.shift()?.({ status: 'accepted' })
    await timers.advance(0)
    expect(delivery.registered).toBe(false)
    answers.shift()?.({ status: 'accepted' })
    await timers.advance(0)
    expect(frames()).toMatchObject([{ hello }, { hello }])
    expect(delivery.registered).toBe(true)
  })

  it('can be waited for', async () => {
    const outcomes: boolean[] = []
    const waiter = new AbortController()
    const watch = (signal: AbortSignal) => void delivery.whenRegistered(signal).then((done) => outcomes.push(done))
    server.answer = () => ({ status: 'retry' })
    await start()
    watch(waiter.signal)
    waiter.abort()
    watch(waiter.signal)
    watch(stop.signal)
    await timers.advance(0)
    expect(outcomes).toEqual([false, false])
    server.answer = () => ({ status: 'accepted' })
    await timers.advance(REFUSED_PAUSE_MS)
    expect(outcomes).toEqual([false, false, true])
    expect(await delivery.whenRegistered(stop.signal)).toBe(true)
    delivery.greet()
    watch(stop.signal)
    stop.abort()
    await timers.advance(0)
    expect(outcomes).toEqual([false, false, true, false])
  })

  it('does not storm a server that keeps forgetting', async () => {
    server.answer = () => ({ status: 'refused', code: 'agent_unknown' })
    await start()
    await timers.advance(10 * REFUSED_PAUSE_MS)
    expect(server.received.length).toBeLessThan(6)
    expect(faults[0]?.code).toBe('agent_unknown')
  })
})

describe('frames', () => {
  const offer = (count: number) => {
    for (let i = 0; i < count; i++) queue.offer(hit('many'))
  }

  it('collect for longer behind a frame of many, and for a moment again behind one of few', async () => {
    await start()
    const sent = () => frames().map(({ reports }) => reports.length)
    offer(BUSY_REPORTS)
    await timers.advance(LINGER_MS)
    queue.offer(hit('1'))
    await timers.advance(BUSY_LINGER_MS - 1)
    expect(sent()).toEqual([0, BUSY_REPORTS])
    await timers.advance(1)
    queue.offer(hit('2'))
    await timers.advance(LINGER_MS)
    expect(sent()).toEqual([0, BUSY_REPORTS, 1, 1])
  })

  it('go at once when they fill a frame', async () => {
    await start()
    offer(FULL_FRAME_REPORTS - 1)
    await timers.advance(0)
    expect(frames()).toHaveLength(1)
    offer(1)
    await timers.advance(0)
    expect(frames()[1]?.reports.length).toBeGreaterThan(FULL_FRAME_REPORTS / 2)
  })

  it('collect what comes within a moment', async () => {
    await start()
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS - 1)
    queue.offer(hit('2'))
    expect(frames()).toHaveLength(1)
    await timers.advance(1)
    expect(texts()).toEqual(['1', '2'])
  })

  it('are numbered without gaps, one in flight at a time', async () => {
    await start()
    const answers: ((delivery: Delivery) => void)[] = []
    server.answer = () => new Promise((resolve) => answers.push(resolve))
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS)
    queue.offer(hit('2'))
    queue.offer(hit('3'))
    await timers.advance(LINGER_MS * 10)
    expect(frames()).toHaveLength(2)
    answers.shift()?.({ status: 'accepted' })
    await timers.advance(LINGER_MS)
    expect(frames().at(-1)).toMatchObject({ first: 2, reports: [hit('2'), hit('3')] })
  })

  it('hold at most so many reports and bytes', async () => {
    await start()
    for (let i = 0; i < MAX_REPORTS_PER_FRAME + 1; i++) queue.offer(hit(''))
    await timers.advance(LINGER_MS * 20)
    const sent = frames()
    expect(Math.max(...sent.map((frame) => frame.reports.length))).toBeLessThanOrEqual(MAX_REPORTS_PER_FRAME)
    expect(sent.flatMap((frame) => frame.reports)).toHaveLength(MAX_REPORTS_PER_FRAME + 1)
    expect(sent.at(-1)?.first).toBe(MAX_REPORTS_PER_FRAME + 2 - (sent.at(-1)?.reports.length ?? 0))
  })

  it('take the largest report there may be; a larger one becomes a counted loss', async () => {
    await start()
    const logs = [{ actionId: 'a', revision: 1, level: 'info', fields: [] }]
    const overhead = JSON.stringify({ logs, reports: [[0, 1, '']] }).length
    queue.offer(hit('x'.repeat(MAX_BODY_BYTES - overhead)))
    await timers.advance(LINGER_MS)
    expect(texts()?.[0]).toHaveLength(MAX_BODY_BYTES - overhead)
    expect(server.received.at(-1)?.byteLength).toBeLessThanOrEqual(MAX_UP_FRAME_BYTES)
    queue.offer(hit('x'.repeat(MAX_BODY_BYTES - overhead + 1)))
    await timers.advance(LINGER_MS)
    expect(frames().at(-1)?.reports).toMatchObject([{ kind: 'loss', reason: 'too_large', count: 1 }])
  })

  it('measure bytes, not characters', async () => {
    await start()
    queue.offer(hit('€'.repeat(MAX_BODY_BYTES / 2)))
    await timers.advance(LINGER_MS)
    expect(frames().at(-1)?.reports).toMatchObject([{ kind: 'loss', reason: 'too_large' }])
  })

  it('are made smaller when what they hold takes more bytes than it seemed', async () => {
    await start()
    // Six bytes each in JSON.
    const large = '\u0001'.repeat(60_000)
    for (let i = 0; i < 5; i++) queue.offer(hit(large))
    await timers.advance(LINGER_MS * 20)
    expect(frames().flatMap((frame) => texts(frame))).toEqual(Array.from({ length: 5 }, () => large))
    expect(Math.max(...server.received.map((bytes) => bytes.byteLength))).toBeLessThanOrEqual(MAX_UP_FRAME_BYTES)
  })

  it('are halved for a server that takes less, until single reports are lost', async () => {
    await start()
    server.answer = (bytes) =>
      bytes.byteLength > 500 ? { status: 'refused', code: 'frame_too_large' } : { status: 'accepted' }
    for (let i = 0; i < 40; i++) queue.offer(hit(`${i}`))
    queue.offer(hit('x'.repeat(1_000)))
    await timers.advance(REFUSED_PAUSE_MS * 100)
    const accepted = frames().filter((_, i) => (server.received[i]?.byteLength ?? 0) <= 500)
    const reports = accepted.flatMap((frame) => frame.reports)
    expect(reports.filter((report) => report.kind === 'hit')).toHaveLength(40)
    expect(reports.filter((report) => report.kind === 'loss')).toMatchObject([{ reason: 'too_large', count: 1 }])
  })

  it('survive an application that gave every object a toJSON', async () => {
    await start()
    queue.offer(hit('quote " back \\ line \n lone \ud800 pair 😀'))
    const polluted = Object.prototype as { toJSON?: unknown }
    polluted.toJSON = () => 'application code ran'
    try {
      await timers.advance(LINGER_MS)
    } finally {
      delete polluted.toJSON
    }
    expect(texts()).toEqual(['quote " back \\ line \n lone \ud800 pair 😀'])
  })
})

describe('answers', () => {
  it('retry: the same bytes go again until they are answered', async () => {
    await start()
    server.answer = () => ({ status: 'retry', afterMs: 5_000 })
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS)
    queue.offer(hit('2'))
    await timers.advance(4_999)
    expect(server.received).toHaveLength(2)
    server.answer = () => ({ status: 'accepted' })
    await timers.advance(1)
    expect(server.received[2]).toEqual(server.received[1])
    await timers.advance(LINGER_MS)
    expect(texts()).toEqual(['2'])
  })

  it('unauthorized: said, and nothing is lost when the key is put right', async () => {
    await start()
    server.answer = () => ({ status: 'refused', code: 'unauthorized', message: 'check the key' })
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS + REFUSED_PAUSE_MS * 10)
    expect(server.received.length).toBeLessThan(7)
    expect(faults[0]).toMatchObject({ code: 'unauthorized', message: 'check the key' })
    server.answer = () => ({ status: 'accepted' })
    await timers.advance(60_000)
    expect(texts()).toEqual(['1'])
  })

  it('an invalid report is told from those beside it, which are delivered', async () => {
    await start()
    server.answer = (bytes) =>
      decodeUpFrame(bytes).reports.some((report) => JSON.stringify(report).includes('odd'))
        ? { status: 'refused', code: 'frame_invalid' }
        : { status: 'accepted' }
    for (let i = 0; i < 20; i++) queue.offer(hit(i === 13 ? 'odd' : `${i}`))
    await timers.advance(REFUSED_PAUSE_MS * 100)
    const accepted = frames()
      .flatMap(({ reports }) => reports)
      .filter((report) => report.kind === 'loss' || !JSON.stringify(report).includes('odd'))
    expect(accepted.filter(({ kind }) => kind === 'loss')).toMatchObject([{ reason: 'undeliverable', count: 1 }])
    expect(new Set(accepted.map((report) => JSON.stringify(report))).size).toBe(20)
  })

  it.each(['count', 'metric', 'passes'] as const)(
    'a %s that is always refused is given up, and what it tells is counted as lost',
    async (kind) => {
      await start()
      server.answer = (bytes) =>
        decodeUpFrame(bytes).reports.some((report) => report.kind === kind && report.actionId === 'odd')
          ? { status: 'refused', code: 'frame_invalid' }
          : { status: 'accepted' }
      for (const actionId of ['a', 'odd']) for (const report of sums(actionId)) queue.offer(report)
      await timers.advance(REFUSED_PAUSE_MS * 100)
      const sent = server.received.length
      const stored = frames()
        .flatMap(({ reports }) => reports)
        .filter((report) => report.kind !== kind || report.actionId !== 'odd')
      expect(new Set(stored.map(({ kind, actionId }) => `${kind} ${actionId}`)).size).toBe(kind === 'passes' ? 5 : 6)
      const lost = stored.filter((report) => report.kind === 'loss')
      expect(lost).toMatchObject(kind === 'passes' ? [] : [{ actionId: 'odd', reason: 'undeliverable', count: 3 }])
      await timers.advance(60_000)
      expect(server.received).toHaveLength(sent)
      expect(delivery.waiting).toBe(0)
    },
  )

  it('counts wait for a server that refuses all that this agent says', async () => {
    await start()
    server.answer = () => ({ status: 'refused', code: 'protocol_unsupported' })
    for (const report of sums('a')) queue.offer(report)
    await timers.advance(60_000)
    server.answer = () => ({ status: 'accepted' })
    await timers.advance(60_000)
    expect(texts()).toEqual(['count', 'metric', 'passes'])
  })

  it('any other refusal: the reports are counted as undeliverable, without a storm', async () => {
    await start()
    server.answer = () => ({ status: 'refused', code: 'frame_invalid' })
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS + REFUSED_PAUSE_MS * 100)
    expect(server.received.length).toBeLessThan(12)
    server.answer = () => ({ status: 'accepted' })
    await timers.advance(60_000)
    expect(frames().at(-1)?.reports).toMatchObject([{ kind: 'loss', reason: 'undeliverable', count: 1 }])
  })

  it('a transport that breaks its contract and rejects is a retry', async () => {
    await start()
    server.answer = () => Promise.reject(new Error('broken'))
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS)
    server.answer = () => ({ status: 'accepted' })
    await timers.advance(REFUSED_PAUSE_MS)
    expect(texts()).toEqual(['1'])
  })
})

describe('the remaining', () => {
  const decoded = (remaining = delivery.remaining()) => remaining.map(({ bytes }) => decodeUpFrame(bytes))

  it('is the frame in flight, as it is, and what is queued, under the numbers that follow', async () => {
    await start()
    server.answer = () => new Promise(() => {})
    queue.offer(hit('1'))
    await timers.advance(LINGER_MS)
    for (let i = 2; i < MAX_REPORTS_PER_FRAME + 5; i++) queue.offer(hit(String(i)))
    expect(delivery.waiting).toBe(MAX_REPORTS_PER_FRAME + 4)
    const [again, ...rest] = delivery.remaining()
    expect(again).toEqual({
      bytes: server.received.at(-1),
      reports: 1,
      told: { hits: 1, passes: 0, lost: {} },
    })
    const found = decoded(rest)
    expect(found.map(({ first }) => first)).toEqual([2, 2 + (found[0]?.reports.length ?? 0)])
    expect(found.flatMap(texts)).toEqual(Array.from({ length: MAX_REPORTS_PER_FRAME + 3 }, (_, i) => String(i + 2)))
  })

  it('says what happened that the server does not know', async () => {
    for (let i = 0; i < 3; i++) queue.offer(hit('x'))
    queue.offer({ kind: 'count', actionId: 'a', revision: 1, atMs: 1, count: 7 })
    queue.lose({ actionId: 'a', revision: 1 }, 'throttled', 2)
    queue.lose({ actionId: 'b', revision: 1 }, 'throttled', 2)
    expect(delivery.remaining().map(({ told }) => told)).toEqual([{ hits: 3, passes: 7, lost: { throttled: 4 } }])
  })

  it('introduces an agent that the server does not know yet', () => {
    queue.offer(hit('1'))
    queue.offer(hit('2'))
    expect(decoded()).toMatchObject([{ hello, first: 1, reports: [hit('1'), hit('2')] }])
  })

  it('is nothing when all is acknowledged, nor for a mere greeting; the delivery is over', async () => {
    expect(decoded()).toEqual([])
    queue.offer(hit('1'))
    await start()
    expect(server.received).toEqual([])
    expect(await delivery.flush(1)).toBe(false)
  })
})

it('tells when there is something to deliver, from the first report to its answer', async () => {
  const told: string[] = []
  const memory = createMemoryTransport()
  const own = createReportQueue({ now: () => 99 })
  const each = createDelivery({
    transport: memory.transport,
    agentId: 'agent-0123456789',
    hello: () => hello,
    queue: own,
    timers,
    onFault() {},
    onBusy: (isBusy) => told.at(-1) !== String(isBusy) && told.push(String(isBusy)),
  })
  running = each.start(stop.signal)
  await timers.advance(0)
  expect(told).toEqual(['true', 'false'])
  memory.server.answer = () => ({ status: 'retry' })
  own.offer(hit('1'))
  await timers.advance(LINGER_MS - 1)
  expect(told).toEqual(['true', 'false', 'true'])
  memory.server.answer = () => ({ status: 'accepted' })
  await timers.advance(1)
  expect(told).toEqual(['true', 'false', 'true', 'false'])
})

describe('flush', () => {
  it('sends at once and resolves when everything is answered', async () => {
    await start()
    queue.offer(hit('1'))
    const flushed = delivery.flush(1_000)
    await timers.advance(0)
    expect(await flushed).toBe(true)
    expect(texts()).toEqual(['1'])
    expect(await delivery.flush(1_000)).toBe(true)
  })

  it('gives up at its deadline', async () => {
    await start()
    server.answer = () => new Promise(() => {})
    queue.offer(hit('1'))
    const flushed = delivery.flush(1_000)
    await timers.advance(1_000)
    expect(await flushed).toBe(false)
  })

  it('is over when the delivery is', async () => {
    await start()
    server.answer = () => ({ status: 'retry' })
    queue.offer(hit('1'))
    const flushed = delivery.flush(60_000)
    await timers.advance(LINGER_MS)
    stop.abort()
    expect(await flushed).toBe(false)
    expect(await delivery.flush(1_000)).toBe(false)
  })
})
