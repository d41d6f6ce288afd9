import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Report } from '../model/report.ts'
import { decodeUpFrame } from '../protocol/codec.ts'
import type { Distribution } from '../statistics/distribution.ts'
import { createRecorder } from '../statistics/recorder.ts'
import { createManualTimers } from '../time/manual-timers.ts'
import { createMemoryTransport } from '../transport/memory-transport.ts'
import { retrying } from '../transport/retrying.ts'
import type { Delivery } from '../transport/transport.ts'
import { createDelivery } from './create-delivery.ts'
import { createReportQueue } from './report-queue.ts'

const hello = {
  displayName: 'shop',
  tags: [],
  hostname: 'h',
  pid: 1,
  runtime: { name: 'node', version: '20' },
  sdkVersion: '0',
  startedAtMs: 0,
}
const ofAction = { actionId: 'a', revision: 1, atMs: 1 }
let serial = 0
const reportOf = (kind: 'hit' | 'status' | 'count' | 'metric' | 'large'): Report => {
  switch (kind) {
    case 'hit':
      return { kind, ...ofAction, data: { type: 'log', level: 'info', text: `${serial++}` } }
    case 'large':
      return { kind: 'hit', ...ofAction, data: { type: 'log', level: 'info', text: `${serial++}`.padEnd(900, '.') } }
    case 'status':
      return { kind, ...ofAction, status: { state: 'throttled', message: `${serial++}` } }
    case 'count':
      return { kind, ...ofAction, count: 3 }
    case 'metric':
      return { kind, ...ofAction, series: { value: measured() } }
  }
}
function measured(): Distribution {
  const recorder = createRecorder()
  for (const value of [1, 2]) recorder.record(value)
  return recorder.take() as Distribution
}

/** How much of what happened it tells. */
function toldIn(report: Report): number {
  if (report.kind === 'count' || report.kind === 'loss') return report.count
  return report.kind === 'metric' ? (report.series.value?.count ?? 0) : 1
}

/** A server with a memory: stores each number once, and answers as the script says, whatever it has done. */
function createForgetfulServer(script: Answer[]) {
  const stored = new Map<number, string>()
  let known = false
  const store = (bytes: Uint8Array) => {
    const { first, reports } = decodeUpFrame(bytes)
    // All of a frame or nothing: reports that may be stored already do not travel with others.
    expect(new Set(reports.map((_, i) => stored.has(first + i))).size).toBeLessThan(2)
    for (const [i, report] of reports.entries()) {
      const text = JSON.stringify(report)
      // The number of a report is the report: a repeat says the same.
      expect(stored.get(first + i) ?? text).toBe(text)
      stored.set(first + i, text)
    }
  }
  const isStored = (bytes: Uint8Array) => stored.has(decodeUpFrame(bytes).first)
  return {
    stored,
    answer(bytes: Uint8Array): Delivery {
      known ||= decodeUpFrame(bytes).hello !== undefined
      if (!known) return { status: 'refused', code: 'agent_unknown' }
      const next = script.shift() ?? 'accept'
      switch (next) {
        case 'lost answer':
          store(bytes)
          return { status: 'retry' }
        case 'lost frame':
          return { status: 'retry', afterMs: 100 }
        case 'restart':
          known = false
          return { status: 'refused', code: 'agent_unknown' }
        case 'wrong key':
          return { status: 'refused', code: 'unauthorized' }
        case 'refuse':
          // A server that has stored a frame does not refuse it later.
          if (!isStored(bytes)) return { status: 'refused', code: 'frame_invalid' }
          break
        case 'too large':
          if (bytes.byteLength > 600 && !isStored(bytes)) return { status: 'refused', code: 'frame_too_large' }
      }
      store(bytes)
      return { status: 'accepted' }
    },
  }
}

const answers = ['accept', 'lost answer', 'lost frame', 'restart', 'wrong key', 'refuse', 'too large'] as const
type Answer = (typeof answers)[number]

const step = fc.oneof(
  fc.record({ offer: fc.constantFrom('hit', 'status', 'count', 'metric', 'large' as const) }),
  fc.record({ passMs: fc.constantFrom(1, 50, 1_000) }),
)

/** The text encoder, which each frame needs twice, throws for as often as the script says. */
function breaking(script: boolean[]): Disposable {
  const { encode } = TextEncoder.prototype
  TextEncoder.prototype.encode = function (text) {
    if (script.shift() === true) throw new Error('injected')
    return encode.call(this, text)
  }
  return {
    [Symbol.dispose]() {
      TextEncoder.prototype.encode = encode
    },
  }
}

it('whatever throws while frames are made and sent, every report is stored once, and who waits is told', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      async (steps, encoding, greeting, sending) => {
        const timers = createManualTimers()
        const queue = createReportQueue({ now: () => 1 })
        const { transport, server } = createMemoryTransport()
        const memory = createForgetfulServer([])
        server.answer = memory.answer
        const throwing = (script: boolean[]) => {
          if (script.shift() === true) throw new Error('injected')
        }
        const delivery = createDelivery({
          transport: {
            ...transport,
            send(frame, signal) {
              throwing(sending)
              return transport.send(frame, signal)
            },
          },
          agentId: 'agent-0123456789',
          hello() {
            throwing(greeting)
            return hello
          },
          queue,
          timers,
          onFault: () => {},
        })
        const stop = new AbortController()
        const running = delivery.start(stop.signal)
        const registered = delivery.whenRegistered(stop.signal)
        const broken = breaking(encoding)
        try {
          let offered = 0
          for (const next of steps) {
            if ('passMs' in next) await timers.advance(next.passMs)
            else {
              queue.offer(reportOf(next.offer))
              if (next.offer !== 'count' && next.offer !== 'metric') offered++
            }
          }
          await timers.advance(60_000)
          expect(await registered).toBe(true)
          expect(await delivery.flush(0)).toBe(true)
          const kinds = [...memory.stored.values()].map((text): Report['kind'] => JSON.parse(text).kind)
          expect(kinds.filter((kind) => kind === 'hit' || kind === 'status')).toHaveLength(offered)
        } finally {
          broken[Symbol.dispose]()
          stop.abort()
          await running
        }
      },
    ),
    { numRuns: 200 },
  )
})

it('whatever the server does, every report, pass and measurement is stored once or counted as lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.array(fc.constantFrom(...answers), { maxLength: 12 }),
      fc.integer({ min: 1, max: 20 }),
      fc.boolean(),
      async (steps, script, maxReports, wrapped) => {
        const timers = createManualTimers()
        const queue = createReportQueue({ now: () => 1, maxReports })
        const { transport, server } = createMemoryTransport()
        const memory = createForgetfulServer([...script])
        server.answer = memory.answer
        const delivery = createDelivery({
          transport: wrapped ? retrying(transport, { timers, random: () => 0.5 }) : transport,
          agentId: 'agent-0123456789',
          hello: () => hello,
          queue,
          timers,
          onFault: () => {},
        })
        const stop = new AbortController()
        const running = delivery.start(stop.signal)
        let offered = 0
        for (const next of steps) {
          if ('passMs' in next) await timers.advance(next.passMs)
          else {
            const report = reportOf(next.offer)
            offered += toldIn(report)
            queue.offer(report)
          }
        }
        const flushed = delivery.flush(3_600_000)
        await timers.advance(3_600_000)
        expect(await flushed).toBe(true)
        stop.abort()
        await running

        const reports = [...memory.stored.values()].map((text): Report => JSON.parse(text))
        expect(reports.reduce((sum, report) => sum + toldIn(report), 0)).toBe(offered)
        expect(timers.waiting).toEqual([])
      },
    ),
    { numRuns: 300 },
  )
})
