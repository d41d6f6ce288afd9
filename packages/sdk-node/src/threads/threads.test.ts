import { EventEmitter } from 'node:events'
import type { Action, DesiredState, Report, ReportQueue } from '@lightrun/core'
import { createReportQueue } from '@lightrun/core'
import { createManualTimers } from '@lightrun/core/testing'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Agent, AgentConverger } from '../agent/agent.ts'
import { type Carrier, createCarrier, JOINED_BY_MS, LAST_WORDS_MS, MAX_WORKERS } from './carrier.ts'
import type { Channel, OpenChannel } from './channel.ts'
import { JOIN_AFTER_MS, joinProcess, type Probing } from './join-process.ts'
import type { FromWorker, Joining, ToWorker, WorkerConfig } from './messages.ts'
import { createReportPump, MAX_AHEAD_REPORTS } from './report-pump.ts'
import { watchWorkers } from './worker-watch.ts'

const ACTION = { id: 'a' } as Action
const config = { maxFrames: 7 } as WorkerConfig
const state = (version: number, ...actions: Action[]): DesiredState => ({
  protocol: 1,
  version,
  serverTimeMs: 0,
  actions,
})
const report = (count: number): Report => ({ kind: 'count', actionId: 'a', revision: 1, atMs: 0, count })
const hit = (text: string): Report => ({
  kind: 'hit',
  actionId: 'a',
  revision: 1,
  atMs: 0,
  data: { type: 'log', level: 'info', text },
})

/** The channels of a process, all ends in this thread. */
function createChannels(): OpenChannel {
  const all = new Map<string, Set<{ onMessage: ((message: never) => void) | undefined }>>()
  return <Out, In>(name: string) => {
    const ends = all.get(name) ?? new Set()
    all.set(name, ends)
    const end: Channel<Out, In> = {
      onMessage: undefined,
      post(message) {
        const copy = structuredClone(message)
        for (const other of ends) if (other !== end) queueMicrotask(() => other.onMessage?.(copy as never))
      },
      [Symbol.dispose]: () => void ends.delete(end),
    }
    ends.add(end)
    return end
  }
}

describe('a worker and the agent of its process', () => {
  let timers: ReturnType<typeof createManualTimers>
  let open: OpenChannel
  let source: EventEmitter
  let carried: { worker: Joining; converger: AgentConverger; queue: ReportQueue; stopped: boolean }[]
  let onTooMany: ReturnType<typeof vi.fn<() => void>>
  beforeEach(() => {
    timers = createManualTimers()
    open = createChannels()
    source = new EventEmitter()
    carried = []
    onTooMany = vi.fn()
  })

  function carry(): Carrier {
    return createCarrier({
      open,
      watch: watchWorkers(source as never, timers.nowMs),
      config,
      timers,
      createQueue: () => createReportQueue({ now: () => 0 }),
      startAgent(worker, parts) {
        const each = { worker, ...parts, stopped: false }
        carried.push(each)
        return {
          async stop() {
            await parts.converger.stop()
            each.stopped = true
          },
        } as Agent
      },
      onFault: ({ message }) => expect.unreachable(message),
      onTooMany,
    })
  }

  function startWorker(threadId: number) {
    const probing = {
      applied: [] as number[],
      stopped: false,
      channel: undefined as Channel<FromWorker, ToWorker> | undefined,
    }
    const agents: (string | undefined)[] = []
    const opened = vi.fn(async (_: WorkerConfig, channel: Channel<FromWorker, ToWorker>): Promise<Probing> => {
      probing.channel = channel
      return {
        apply: ({ version }) => void probing.applied.push(version),
        placed: async () => {},
        taken() {},
        lastWords: () => channel.post({ kind: 'reports', reports: [report(9)] }),
        async stop() {
          probing.stopped = true
        },
      }
    })
    let ids = 0
    const { lastWords } = joinProcess({
      threadId,
      startedAtMs: 5,
      createId: () => `agent-${threadId}-${++ids}`,
      open,
      watch: watchWorkers(new EventEmitter() as never, timers.nowMs),
      timers,
      openProbing: opened,
      hold: () => () => {},
      onAgent: (agent) => agents.push(agent?.id),
      onFault: (error) => {
        throw error
      },
    })
    const worker = Object.assign(new EventEmitter(), { threadId })
    source.emit('worker', worker)
    return { probing, agents, opened, lastWords, end: () => worker.emit('exit') }
  }

  it('join after a while; a worker that is over by then costs nothing', async () => {
    carry()
    const { agents } = startWorker(3)
    await timers.advance(JOIN_AFTER_MS - 1)
    expect(carried).toEqual([])
    await timers.advance(1)
    expect(carried[0]?.worker).toMatchObject({ threadId: 3, agentId: 'agent-3-1', startedAtMs: 5 })
    expect(agents).toEqual(['agent-3-1'])
  })

  it('nothing is loaded in the worker until an action is there; then every state goes to it', async () => {
    carry()
    const { probing, opened } = startWorker(3)
    await timers.advance(JOIN_AFTER_MS)
    carried[0]?.converger.apply(state(1))
    await timers.advance(0)
    expect(opened).not.toHaveBeenCalled()
    carried[0]?.converger.apply(state(2, ACTION))
    await timers.advance(0)
    carried[0]?.converger.apply(state(3))
    await timers.advance(0)
    expect([opened.mock.calls.length, opened.mock.calls[0]?.[0], probing.applied]).toEqual([1, config, [2, 3]])
  })

  it('what the worker reports is in its queue on the main thread', async () => {
    carry()
    const { probing } = startWorker(3)
    await timers.advance(JOIN_AFTER_MS)
    carried[0]?.converger.apply(state(1, ACTION))
    await timers.advance(0)
    probing.channel?.post({ kind: 'reports', reports: [hit('one')] })
    await timers.advance(0)
    expect(carried[0]?.queue.take()).toEqual(hit('one'))
  })

  it('what it counts is gathered for a tick, and not for longer where it is told how an action stands, or all ends', async () => {
    const carrier = carry()
    const { probing } = startWorker(3)
    await timers.advance(JOIN_AFTER_MS)
    carried[0]?.converger.apply(state(1, ACTION))
    await timers.advance(0)
    const { converger, queue } = carried[0] ?? expect.unreachable()
    const arrives = (...reports: Report[]) => {
      probing.channel?.post({ kind: 'reports', reports })
      return timers.advance(0)
    }
    const taken = () => {
      const reports: unknown[] = []
      for (let next = queue.take(); next !== undefined; next = queue.take()) reports.push(next)
      return reports
    }
    await arrives(report(1))
    await arrives(report(2))
    expect(taken()).toEqual([])
    converger.tick()
    expect(taken()).toEqual([report(3)])

    const ended: Report = { kind: 'status', actionId: 'a', revision: 1, atMs: 0, status: { state: 'received' } }
    await arrives(report(4))
    await arrives(ended, report(5))
    expect(taken()).toEqual([ended, report(9)])

    await arrives(report(6))
    carrier.hurry()
    expect(taken()).toEqual([report(6)])
    await arrives(report(7))
    probing.channel?.post({ kind: 'stopped' })
    await converger.stop()
    expect(taken()).toEqual([report(7)])
  })

  it('last words arrive although the worker has ended, and then its agent stops', async () => {
    carry()
    const { lastWords, end } = startWorker(3)
    await timers.advance(JOIN_AFTER_MS)
    carried[0]?.converger.apply(state(1, ACTION))
    await timers.advance(0)
    end()
    lastWords()
    await timers.advance(LAST_WORDS_MS)
    expect([carried[0]?.queue.take(), carried[0]?.stopped]).toEqual([report(9), true])
  })

  it('a worker that waits for the process to have an agent is called, also for the next one', async () => {
    const { probing } = startWorker(3)
    await timers.advance(JOIN_AFTER_MS)
    const first = carry()
    await timers.advance(0)
    carried[0]?.converger.apply(state(1, ACTION))
    await timers.advance(0)
    await first.stop()
    first[Symbol.dispose]()
    expect([probing.stopped, carried[0]?.stopped]).toEqual([true, true])
    carry()
    await timers.advance(0)
    expect(carried.map(({ worker }) => worker.agentId)).toEqual(['agent-3-2', 'agent-3-3'])
  })

  it('a worker that never joins is counted as not served', async () => {
    const carrier = carry()
    source.emit('worker', Object.assign(new EventEmitter(), { threadId: 3 }))
    startWorker(4)
    expect(carrier.unserved).toBe(0)
    await timers.advance(JOINED_BY_MS + 1)
    expect(carrier.unserved).toBe(1)
  })

  it('serves so many and no more, until one has ended', async () => {
    carry()
    const workers = Array.from({ length: MAX_WORKERS + 1 }, (_, index) => startWorker(index + 1))
    await timers.advance(JOIN_AFTER_MS)
    expect([carried.length, onTooMany.mock.calls.length]).toEqual([MAX_WORKERS, 1])
    workers[0]?.end()
    await timers.advance(LAST_WORDS_MS)
    startWorker(MAX_WORKERS + 2)
    await timers.advance(JOIN_AFTER_MS)
    expect(carried.length).toBe(MAX_WORKERS + 1)
  })
})

describe('the pump of reports', () => {
  it('sends at once, so many ahead, the rest as the main thread takes them; at the end all of it', async () => {
    const queue = createReportQueue({ now: () => 0 })
    const sent: number[] = []
    const pump = createReportPump(
      queue,
      (reports) => sent.push(reports.length),
      ({ message }) => expect.unreachable(message),
    )
    for (let n = 0; n < MAX_AHEAD_REPORTS + 30; n++) queue.offer(hit(String(n)))
    expect(sent).toEqual([])
    await Promise.resolve()
    expect(sent).toEqual([MAX_AHEAD_REPORTS])
    pump.taken(10)
    expect(sent).toEqual([MAX_AHEAD_REPORTS, 10])
    pump.drain()
    expect(sent).toEqual([MAX_AHEAD_REPORTS, 10, 20])
  })
})

describe('the watch over workers', () => {
  it('leaves out our own threads', () => {
    const source = new EventEmitter()
    const watch = watchWorkers(source as never, () => 0)
    const [ours, theirs] = [1, 2].map((threadId) => Object.assign(new EventEmitter(), { threadId }))
    watch.ignore(ours as never)
    source.emit('worker', ours)
    source.emit('worker', theirs)
    expect([...watch.running.keys()]).toEqual([2])
    theirs?.emit('exit')
    expect(watch.running.size).toBe(0)
  })
})
