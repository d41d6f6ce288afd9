import type { DesiredState, LightrunError, Timers } from '@lightrun/core'
import type { Agent } from '../agent/agent.ts'
import { inBackground } from '../agent/in-background.ts'
import { DEFAULT_INIT_WAIT_MS } from '../config/config.ts'
import { type Channel, guardedListener, type OpenChannel } from './channel.ts'
import {
  channelOf,
  type FromWorker,
  MEETING,
  type MeetingMessage,
  type ToWorker,
  type WorkerConfig,
} from './messages.ts'
import type { WorkerWatch } from './worker-watch.ts'

/** A worker joins this long after its start: one that is over by then pays for nothing but its hooks. */
export const JOIN_AFTER_MS = 100

/** The worker's half of an agent, loaded when the first action arrives. */
export interface Probing {
  apply(state: DesiredState): void
  /** Resolves once every action of the latest state is placed, or has said why not. */
  placed(): Promise<void>
  /** The main thread has taken that many reports. */
  taken(count: number): void
  /** Sends what there is, now and synchronously: the thread ends. */
  lastWords(): void
  /** Takes every probe off and sends what is left. */
  stop(): Promise<void>
}

export interface JoinOptions {
  threadId: number
  /** Milliseconds since the epoch. */
  startedAtMs: number
  createId: () => string
  open: OpenChannel
  watch: WorkerWatch
  timers: Timers
  openProbing: (config: WorkerConfig, channel: Channel<FromWorker, ToWorker>) => Promise<Probing>
  /** Keeps the thread alive for at most `ms`, until the answer is called: somebody awaits us. */
  hold: (ms: number) => () => void
  /** The process's agent has taken this worker in, or (`undefined`) has left. */
  onAgent: (agent: Agent | undefined) => void
  /** A fault of ours. Must not throw. */
  onFault: (error: unknown) => void
}

/**
 * Makes this worker an agent of its process: joins when the main thread has an agent or as soon as it gets one. Until an
 * action arrives this costs two channels.
 */
export function joinProcess(options: JoinOptions): { lastWords(): void } {
  const { threadId, open, watch, timers } = options
  let membership: Membership | undefined
  let joining = Promise.resolve()

  timers.after(JOIN_AFTER_MS, () => {
    const meeting = open<MeetingMessage, MeetingMessage>(MEETING)
    const channel = open<FromWorker, ToWorker>(channelOf(threadId))

    async function join(): Promise<void> {
      await membership?.agent.stop()
      const agentId = options.createId()
      membership = createMembership(agentId, channel, options)
      meeting.post({ kind: 'join', threadId, agentId, startedAtMs: options.startedAtMs })
    }
    const joinNext = () => {
      joining = joining.then(join).catch(options.onFault)
    }
    meeting.onMessage = guardedListener(({ kind }) => {
      if (kind === 'call') joinNext()
    }, options.onFault)
    watch.onGone = (gone) => meeting.post({ kind: 'gone', threadId: gone })
    joinNext()
  })

  return { lastWords: () => membership?.lastWords() }
}

interface Membership {
  agent: Agent
  lastWords(): void
}

/** From one joining to the end of the process's agent. */
function createMembership(
  agentId: string,
  channel: Channel<FromWorker, ToWorker>,
  { timers, openProbing, hold, onAgent, onFault }: JoinOptions,
): Membership {
  /** The main thread says it, where somebody may read it. */
  function fault(error: LightrunError): void {
    channel.post({ kind: 'fault', code: error.code, message: error.message })
    onFault(error)
  }
  let config: WorkerConfig | undefined
  let opening: Promise<Probing> | undefined
  let probing: Probing | undefined
  let latest: DesiredState | undefined
  let stopping: Promise<void> | undefined
  let markReady = () => {}
  const firstState = new Promise<void>((resolve) => {
    markReady = resolve
  })

  async function apply(state: DesiredState): Promise<void> {
    latest = state
    if (config === undefined || stopping !== undefined) return
    if (probing === undefined && state.actions.length > 0) {
      opening ??= openProbing(config, channel)
      try {
        probing = await opening
      } catch (error) {
        // The next state tries again.
        opening = undefined
        throw error
      }
    }
    // States that came meanwhile were for the probing to do: the last one counts.
    if (latest === state) probing?.apply(state)
    await probing?.placed()
    markReady()
  }

  async function stop(): Promise<void> {
    await (await opening)?.stop()
    channel.post({ kind: 'stopped' })
    onAgent(undefined)
  }

  const agent: Agent = {
    id: agentId,
    get registered() {
      return latest !== undefined
    },
    async ready(timeoutMs = DEFAULT_INIT_WAIT_MS) {
      const release = hold(timeoutMs)
      const inTime = await Promise.race([
        firstState.then(() => true),
        new Promise<boolean>((resolve) => timers.after(timeoutMs, () => resolve(false))),
      ])
      release()
      return inTime
    },
    async flush() {
      // What was captured here is on its way to the main thread, which delivers it.
      probing?.lastWords()
      return true
    },
    stop() {
      stopping ??= stop().catch(onFault)
      return stopping
    },
  }

  channel.onMessage = guardedListener((message) => {
    switch (message.kind) {
      case 'welcome':
        if (message.agentId !== agentId) return
        config = message.config
        return onAgent(agent)
      case 'state':
        return void inBackground(() => apply(message.state), fault)
      case 'taken':
        return probing?.taken(message.count)
      case 'stop':
        return void agent.stop()
    }
  }, fault)
  return { agent, lastWords: () => probing?.lastWords() }
}
