import type { LightrunError, ReportQueue, Timers } from '@lightrun/core'
import type { Agent } from '../agent/agent.ts'
import { inBackground } from '../agent/in-background.ts'
import { guardedListener, type OpenChannel } from './channel.ts'
import {
  channelOf,
  type FromWorker,
  type Joining,
  MEETING,
  type MeetingMessage,
  type ToWorker,
  type WorkerConfig,
} from './messages.ts'
import { createRemoteConverger, type RemoteConverger } from './remote-converger.ts'
import type { WorkerWatch } from './worker-watch.ts'

/** Workers of one process that are served at a time: more than any pool has, and a bound to what they cost the main thread. */
export const MAX_WORKERS = 256
/** The end of a worker and its last messages come by different ways. */
export const LAST_WORDS_MS = 100
/** Time the agents of workers get to deliver what they have when the process's agent stops: half of its own. */
export const WORKERS_STOP_TIMEOUT_MS = 1_000
/** A worker that has not joined by then will not: it runs without the preload. */
export const JOINED_BY_MS = 2_000

/** The process's agent carries those of its workers: they need no key, no connection and no code for one. */
export interface Carrier extends Disposable {
  /** Takes every probe off in every worker, delivers what they had to say. Never rejects. */
  stop(): Promise<void>
  /** The process ends: offers now what the workers have handed over. */
  hurry(): void
  /** Workers of the main thread that run without lightrun, as far as that is known yet. */
  readonly unserved: number
}

export interface CarrierOptions {
  open: OpenChannel
  watch: WorkerWatch
  config: WorkerConfig
  timers: Timers
  createQueue: () => ReportQueue
  /** Starts the agent of one worker: what is in `queue` goes to the server, what the server wants to `converger`. */
  startAgent: (worker: Joining, parts: { converger: RemoteConverger; queue: ReportQueue }) => Agent
  /** A fault of ours. Must not throw. */
  onFault: (error: LightrunError) => void
  /** Called when a worker is turned away. */
  onTooMany: () => void
}

interface Carried {
  agent: Agent
  converger: RemoteConverger
  gone(): void
}

export function createCarrier(options: CarrierOptions): Carrier {
  const { open, watch, config, timers, createQueue, startAgent, onFault, onTooMany } = options
  const meeting = open<MeetingMessage, MeetingMessage>(MEETING)
  const carried = new Map<number, Carried>()

  function join(worker: Joining): void {
    carried.get(worker.threadId)?.gone()
    if (carried.size >= MAX_WORKERS) {
      onTooMany()
      return
    }
    const channel = open<ToWorker, FromWorker>(channelOf(worker.threadId))
    channel.post({ kind: 'welcome', agentId: worker.agentId, config })
    const queue = createQueue()
    const converger = createRemoteConverger({
      channel,
      queue,
      sums: createQueue(),
      timers,
      threadId: worker.threadId,
      onFault,
    })
    const agent = startAgent(worker, { converger, queue })
    const each: Carried = {
      agent,
      converger,
      gone() {
        if (carried.get(worker.threadId) === each) carried.delete(worker.threadId)
        converger.gone()
        void inBackground(async () => {
          await agent.stop()
          channel[Symbol.dispose]()
        }, onFault)
      },
    }
    carried.set(worker.threadId, each)
  }

  function gone(threadId: number): void {
    const each = carried.get(threadId)
    if (each !== undefined) timers.after(LAST_WORDS_MS, each.gone)
  }

  meeting.onMessage = guardedListener((message) => {
    if (message.kind === 'join') join(message)
    if (message.kind === 'gone') gone(message.threadId)
  }, onFault)
  watch.onGone = gone
  meeting.post({ kind: 'call' })

  return {
    async stop() {
      await Promise.all([...carried.values()].map(({ agent }) => agent.stop(WORKERS_STOP_TIMEOUT_MS)))
    },
    hurry() {
      for (const { converger } of carried.values()) converger.hurry()
    },
    get unserved() {
      const latest = timers.nowMs() - JOINED_BY_MS
      return [...watch.running].filter(([id, startedMs]) => startedMs < latest && !carried.has(id)).length
    },
    [Symbol.dispose]() {
      watch.onGone = undefined
      meeting[Symbol.dispose]()
      for (const each of carried.values()) each.gone()
      carried.clear()
    },
  }
}
