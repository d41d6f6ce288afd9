import {
  decodeDesiredState,
  LightrunError,
  type ReportDelivery,
  type Timers,
  type Transport,
  wait,
} from '@lightrun/core'
import type { Converger } from '../converge/converge.ts'
import type { AgentLog } from './agent-log.ts'
import { inBackground } from './in-background.ts'

/** One agent: this process, as the server sees it. */
export interface Agent {
  readonly id: string
  /** Whether the server has accepted this agent. */
  readonly registered: boolean
  /** Resolves `true` once the first desired state is in place, `false` after `timeoutMs`; the process lives on meanwhile. Never rejects. */
  ready(timeoutMs: number): Promise<boolean>
  /**
   * Takes every probe off, delivers what was captured (for at most `timeoutMs`, while which the process lives on),
   * closes the connection. Never rejects; calling it again gives the same promise.
   */
  stop(timeoutMs?: number): Promise<void>
}

/** The agent's working parts, which are loaded when the link is opened. */
export interface Connection extends Disposable {
  transport: Transport
  delivery: ReportDelivery
  converger: AgentConverger
}

/** Does what the server wants: in this thread, or in a worker. */
export type AgentConverger = Pick<Converger, 'apply' | 'placed' | 'tick' | 'stop'>

export interface AgentOptions {
  id: string
  /** Loads and puts together the working parts. Called once, at the earliest when the link is opened. */
  open: () => Promise<Connection>
  timers: Timers
  /** Default `CONNECT_AFTER_MS`. */
  connectAfterMs?: number
  /** Keeps the process alive for at most `ms`, until the answer is called: somebody awaits us. */
  hold: (ms: number) => () => void
  log: AgentLog
  /** Called when the agent has stopped. */
  onStop: () => void
}

/** How often counts, losses and recoveries are reported. */
export const TICK_MS = 1_000
/** Pause after the server refused this agent: a key that is put right is noticed within half a minute. */
export const REFUSED_PAUSE_MS = 30_000
/** Time a leaving agent gets to deliver what it has. */
export const STOP_TIMEOUT_MS = 2_000

/**
 * The link is opened this long after the start: the application's own start comes first, and a process that is over
 * by then never pays for it. Waiting for `ready` opens it at once.
 */
export const CONNECT_AFTER_MS = 100

/** Starts and runs until stopped. Holds nothing that would keep the process alive. */
export function startAgent({
  id,
  open,
  timers,
  connectAfterMs = CONNECT_AFTER_MS,
  hold,
  log,
  onStop,
}: AgentOptions): Agent {
  const aborter = new AbortController()
  const { signal } = aborter
  let opening: Promise<Connection | undefined> | undefined
  let connection: Connection | undefined
  let stopping: Promise<void> | undefined
  let markReady: (() => void) | undefined
  const firstState = new Promise<void>((resolve) => {
    markReady = resolve
  })

  /** Does what the server wants, state after state. The transport reconnects by itself; a state that cannot be read leaves the last one in place. */
  async function listen({ transport, converger }: Connection): Promise<void> {
    for await (const frame of transport.receive(signal)) {
      try {
        converger.apply(decodeDesiredState(frame))
      } catch (error) {
        log.problem(LightrunError.from(error))
        continue
      }
      log.recovered()
      void inBackground(async () => {
        await converger.placed()
        markReady?.()
      }, log.problem)
    }
  }

  async function stayConnected(opened: Connection): Promise<void> {
    while (await opened.delivery.whenRegistered(signal)) {
      await listen(opened).catch((error) => log.problem(LightrunError.from(error)))
      if (!signal.aborted) await wait(timers, REFUSED_PAUSE_MS, signal)
    }
  }

  function tick(): void {
    if (signal.aborted) return
    // First: a tick that throws must not be the last one.
    timers.after(TICK_MS, tick)
    connection?.converger.tick()
  }

  async function connect(): Promise<Connection | undefined> {
    try {
      const opened = await open()
      connection = opened
      if (signal.aborted) return opened
      void inBackground(() => opened.delivery.start(signal), log.problem)
      void inBackground(() => stayConnected(opened), log.problem)
      tick()
      return opened
    } catch (error) {
      log.problem(LightrunError.from(error))
      return undefined
    }
  }

  /** Once, unless the agent has stopped before. */
  function connectOnce(): void {
    if (!signal.aborted) opening ??= connect()
  }

  async function stop(timeoutMs: number): Promise<void> {
    const release = hold(timeoutMs)
    const opened = await opening
    await opened?.converger.stop()
    await opened?.delivery.flush(timeoutMs)
    aborter.abort()
    opened?.[Symbol.dispose]()
    onStop()
    release()
  }

  timers.after(connectAfterMs, connectOnce)

  return {
    id,
    get registered() {
      return connection?.delivery.registered ?? false
    },
    async ready(timeoutMs) {
      connectOnce()
      const release = hold(timeoutMs)
      const late = new AbortController()
      const inTime = await Promise.race([
        firstState.then(() => true),
        wait(timers, timeoutMs, late.signal).then(() => false),
      ])
      late.abort()
      release()
      return inTime
    },
    stop(timeoutMs = STOP_TIMEOUT_MS) {
      stopping ??= stop(timeoutMs)
      return stopping
    },
  }
}
