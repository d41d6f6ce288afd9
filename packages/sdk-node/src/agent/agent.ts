import { decodeDesiredState, type ReportDelivery, type Timers, type Transport } from '@lightrun/core'
import type { Converger } from '../converge/converge.ts'
import type { AgentLog } from './agent-log.ts'
import { toLightrunError } from './agent-log.ts'

/** One agent: this process, as the server sees it. */
export interface Agent {
  readonly id: string
  /** Whether the server has accepted this agent. */
  readonly registered: boolean
  /** Resolves `true` once the first desired state is in place, `false` after `timeoutMs`. Never rejects. */
  ready(timeoutMs: number): Promise<boolean>
  /**
   * Takes every probe off, delivers what was captured (for at most `timeoutMs`), closes the connection.
   * Never rejects; calling it again gives the same promise.
   */
  stop(timeoutMs?: number): Promise<void>
}

export interface AgentOptions {
  id: string
  transport: Transport
  delivery: ReportDelivery
  converger: Converger
  timers: Timers
  log: AgentLog
  random: () => number
  /** Called when the agent has stopped. */
  onStop: () => void
}

/** How often counts, losses and recoveries are reported. */
export const TICK_MS = 1_000
/** Pause before the link is opened again: doubled each time, spread so that a fleet does not come back at once. */
export const MIN_RECONNECT_MS = 100
export const MAX_RECONNECT_MS = 10_000
/** Time a leaving agent gets to deliver what it has. */
export const STOP_TIMEOUT_MS = 2_000

/** Starts at once and runs until stopped. Holds nothing that would keep the process alive. */
export function startAgent({ id, transport, delivery, converger, timers, log, random, onStop }: AgentOptions): Agent {
  const aborter = new AbortController()
  const { signal } = aborter
  let stopping: Promise<void> | undefined
  let markReady: (() => void) | undefined
  const firstState = new Promise<void>((resolve) => {
    markReady = resolve
  })

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = timers.after(ms, done)
      signal.addEventListener('abort', done)
    })

  /** Listens until the link breaks. Resolves with the number of states that came. */
  async function listen(): Promise<void> {
    for await (const frame of transport.receive(signal)) {
      converger.apply(decodeDesiredState(frame))
      log.recovered()
      converger.placed().then(() => markReady?.())
    }
  }

  async function stayConnected(): Promise<void> {
    let delayMs = MIN_RECONNECT_MS
    while (!signal.aborted) {
      const startedAt = timers.nowMs()
      try {
        if (await delivery.whenRegistered(signal)) await listen()
      } catch (cause) {
        const error = toLightrunError(cause)
        if (error.code === 'agent_unknown') delivery.greet()
        log.problem(error)
      }
      if (timers.nowMs() - startedAt > MAX_RECONNECT_MS) delayMs = MIN_RECONNECT_MS
      await pause(delayMs * (0.5 + random()))
      delayMs = Math.min(delayMs * 2, MAX_RECONNECT_MS)
    }
  }

  function tick(): void {
    if (signal.aborted) return
    converger.tick()
    timers.after(TICK_MS, tick)
  }

  async function stop(timeoutMs: number): Promise<void> {
    await converger.stop()
    await delivery.flush(timeoutMs)
    aborter.abort()
    onStop()
  }

  delivery.start(signal)
  void stayConnected()
  timers.after(TICK_MS, tick)

  return {
    id,
    get registered() {
      return delivery.registered
    },
    ready: (timeoutMs) =>
      new Promise((resolve) => {
        const cancel = timers.after(timeoutMs, () => resolve(false))
        void firstState.then(() => {
          cancel()
          resolve(true)
        })
      }),
    stop(timeoutMs = STOP_TIMEOUT_MS) {
      stopping ??= stop(timeoutMs)
      return stopping
    },
  }
}
