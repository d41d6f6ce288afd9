import {
  decodeDesiredState,
  LightrunError,
  type ReportDelivery,
  type Timers,
  type Transport,
  wait,
} from '@lightrun/core'
import { DEFAULT_INIT_WAIT_MS } from '../config/config.ts'
import type { Converger } from '../converge/converge.ts'
import type { AgentLog } from './agent-log.ts'
import { inBackground } from './in-background.ts'

/** One agent: this process, as the server sees it. */
export interface Agent {
  readonly id: string
  /** Whether the server has accepted this agent. */
  readonly registered: boolean
  /**
   * Resolves `true` once the first desired state is in place, `false` after `timeoutMs` (default
   * `lightrunInitWaitTimeMs`); the process lives on meanwhile. Never rejects.
   */
  ready(timeoutMs?: number): Promise<boolean>
  /**
   * Delivers what was captured so far. Resolves `true` once the server has it, `false` after `timeoutMs` (default 2000); the
   * process lives on meanwhile. Never rejects.
   */
  flush(timeoutMs?: number): Promise<boolean>
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
export type AgentConverger = Pick<Converger, 'apply' | 'placed' | 'tick' | 'settled' | 'hurry' | 'stop'>

export interface AgentOptions {
  id: string
  /** Loads and puts together the working parts. Called once, at the earliest when the link is opened. */
  open: () => Promise<Connection>
  timers: Timers
  /** Default `CONNECT_AFTER_MS`. */
  connectAfterMs?: number
  /** How long `ready` waits unless told otherwise. Default `DEFAULT_INIT_WAIT_MS`. */
  readyTimeoutMs?: number
  /** A desired state that was fetched before. */
  firstState?: Uint8Array | undefined
  /** Keeps the process alive for at most `ms`, until the answer is called: somebody awaits us. */
  hold: (ms: number) => () => void
  log: AgentLog
  /** Called when the server has first accepted the agent. Must not throw. */
  onRegistered?: () => void
  /** Called when the agent has stopped. */
  onStop: () => void
}

/** How often counts, losses and recoveries are reported. */
export const TICK_MS = 1_000
/** Pause after the server refused this agent or spoke nonsense: a key that is put right is noticed within half a minute. */
export const REFUSED_PAUSE_MS = 30_000
/** Time `flush` takes unless told otherwise: a few round trips to a distant server. */
export const FLUSH_TIMEOUT_MS = 2_000
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
  readyTimeoutMs = DEFAULT_INIT_WAIT_MS,
  firstState,
  hold,
  log,
  onRegistered = () => {},
  onStop,
}: AgentOptions): Agent {
  const aborter = new AbortController()
  const { signal } = aborter
  let opening: Promise<Connection | undefined> | undefined
  let connection: Connection | undefined
  let stopping: Promise<void> | undefined
  let markReady: (() => void) | undefined
  let wasRegistered = false
  const inPlace = new Promise<void>((resolve) => {
    markReady = resolve
  })

  /** Whether the state could be read. */
  function apply(frame: Uint8Array, converger: AgentConverger): boolean {
    try {
      converger.apply(decodeDesiredState(frame))
    } catch (error) {
      // The last state stays in place.
      log.problem(LightrunError.from(error))
      return false
    }
    log.recovered()
    void inBackground(async () => {
      await converger.placed()
      markReady?.()
    }, log.problem)
    return true
  }

  /**
   * Does what the server wants, state after state; the transport reconnects by itself. A state that cannot be read is
   * asked for anew: the version it came under may be as wrong as the rest.
   */
  async function listen({ transport, converger }: Connection): Promise<void> {
    for await (const frame of transport.receive(signal)) if (!apply(frame, converger)) return
  }

  async function stayConnected(opened: Connection): Promise<void> {
    while (!signal.aborted) {
      try {
        if (!(await opened.delivery.whenRegistered(signal))) return
        if (!wasRegistered) onRegistered()
        wasRegistered = true
        await listen(opened)
      } catch (error) {
        log.problem(LightrunError.from(error))
      }
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
      if (firstState !== undefined) apply(firstState, opened.converger)
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

  /** At most `timeoutMs`. */
  async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
    const release = hold(timeoutMs)
    const late = new AbortController()
    try {
      return await Promise.race([work, wait(timers, timeoutMs, late.signal).then(() => undefined)])
    } finally {
      late.abort()
      release()
    }
  }

  async function deliver({ converger, delivery }: Connection, timeoutMs: number): Promise<boolean> {
    converger.tick()
    const untilMs = timers.nowMs() + timeoutMs
    await converger.settled()
    return delivery.flush(Math.max(0, untilMs - timers.nowMs()))
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

  if (firstState === undefined) timers.after(connectAfterMs, connectOnce)
  else connectOnce()

  return {
    id,
    get registered() {
      return connection?.delivery.registered ?? false
    },
    async ready(timeoutMs = readyTimeoutMs) {
      connectOnce()
      return (
        (await within(
          timeoutMs,
          inPlace.then(() => true),
        )) ?? false
      )
    },
    async flush(timeoutMs = FLUSH_TIMEOUT_MS) {
      // Nothing was ever asked, so nothing was captured.
      if (connection === undefined || !wasRegistered) return true
      return (await within(timeoutMs, deliver(connection, timeoutMs))) ?? false
    },
    stop(timeoutMs = STOP_TIMEOUT_MS) {
      stopping ??= stop(timeoutMs)
      return stopping
    },
  }
}
