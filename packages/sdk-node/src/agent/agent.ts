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
import { createDoublingPause } from './doubling-pause.ts'
import { inBackground } from './in-background.ts'
import { keepRunning } from './keep-running.ts'

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
  /** A fault of ours (`internal_error`) on the way of reports and states. Must not throw. */
  onFault: (error: LightrunError) => void
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
/** First pause after the server refused this agent or spoke nonsense, or a fault of ours; doubles with each in a row. */
export const FIRST_REFUSED_PAUSE_MS = 1_000
/** Longest such pause: a key that is put right is noticed within half a minute. */
export const REFUSED_PAUSE_MS = 30_000
/** Pause before a link that could not be opened is tried again: most likely the machine lacks something, files or memory. */
export const REOPEN_AFTER_MS = 30_000
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
  /** While nothing comes of listening. */
  const pause = createDoublingPause(FIRST_REFUSED_PAUSE_MS, REFUSED_PAUSE_MS)
  const inPlace = new Promise<void>((resolve) => {
    markReady = resolve
  })

  function problem(error: LightrunError): void {
    if (error.code === 'internal_error' && connection !== undefined) connection.onFault(error)
    else log.problem(error)
  }

  /** @throws what `decodeDesiredState` and `apply` throw; the last state stays in place then, or is made good by ticks */
  function apply(frame: Uint8Array, converger: AgentConverger): void {
    converger.apply(decodeDesiredState(frame))
    log.recovered()
    void inBackground(async () => {
      await converger.placed()
      markReady?.()
    }, problem)
  }

  /**
   * Does what the server wants, state after state; the transport reconnects by itself. A state that cannot be read is
   * asked for anew: the version it came under may be as wrong as the rest.
   */
  async function listen({ transport, converger }: Connection): Promise<void> {
    for await (const frame of transport.receive(signal)) {
      apply(frame, converger)
      pause.reset()
    }
  }

  async function stayConnected(opened: Connection): Promise<void> {
    while (!signal.aborted) {
      try {
        if (!(await opened.delivery.whenRegistered(signal))) return
        if (!wasRegistered) onRegistered()
        wasRegistered = true
        await listen(opened)
      } catch (error) {
        problem(LightrunError.from(error))
      }
      if (!signal.aborted) await wait(timers, pause.next(), signal)
    }
  }

  let keepWorking = () => {}

  function tick(): void {
    if (signal.aborted) return
    // First: a tick that throws must not be the last one.
    timers.after(TICK_MS, tick)
    keepWorking()
    connection?.converger.tick()
  }

  async function connect(): Promise<Connection | undefined> {
    try {
      connection = await open()
    } catch (error) {
      log.problem(LightrunError.from(error))
      opening = undefined
      timers.after(REOPEN_AFTER_MS, connectOnce)
      return undefined
    }
    if (signal.aborted) return connection
    begin(connection)
    return connection
  }

  function begin(opened: Connection): void {
    const keepDelivering = keepRunning(() => opened.delivery.start(signal), problem)
    const keepConnected = keepRunning(() => stayConnected(opened), problem)
    keepWorking = () => {
      keepDelivering()
      keepConnected()
    }
    try {
      if (firstState !== undefined) apply(firstState, opened.converger)
    } catch (error) {
      // The server sends it again.
      problem(LightrunError.from(error))
    }
    timers.after(0, tick)
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
    await inBackground(async () => {
      await opened?.converger.stop()
      await opened?.delivery.flush(timeoutMs)
    }, problem)
    aborter.abort()
    try {
      opened?.[Symbol.dispose]()
    } catch (error) {
      log.problem(LightrunError.from(error))
    }
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
      try {
        return (await within(timeoutMs, deliver(connection, timeoutMs))) ?? false
      } catch (error) {
        problem(LightrunError.from(error))
        return false
      }
    },
    stop(timeoutMs = STOP_TIMEOUT_MS) {
      stopping ??= stop(timeoutMs)
      return stopping
    },
  }
}
