import { LightrunError } from '../errors/lightrun-error.ts'
import type { Timers } from '../time/timers.ts'
import { wait } from '../time/wait.ts'
import type { Transport } from './transport.ts'

/** Pause after the first failure; doubles with each that follows. Short: most failures are a restart of the server. */
export const FIRST_RETRY_MS = 500
/** Longest pause of our own: an agent finds a server that is back within half a minute. */
export const MAX_RETRY_MS = 30_000
/** Longest pause a server may ask for; more would be a way to silence agents. */
export const MAX_RETRY_AFTER_MS = 5 * 60_000

export interface RetryOptions {
  timers: Timers
  /** From 0 up to 1. Spreads the return of many agents after an outage. */
  random: () => number
  firstDelayMs?: number
  maxDelayMs?: number
  /** The server does not know the agent: say hello. `receive` asks again after its pause. */
  onAgentUnknown?: () => void
  /** Told of each attempt to send that came to nothing, before the pause. */
  onSendFailed?: (cause: unknown) => void
  /** Told of each broken link, before the pause. */
  onLinkLost?: (error: LightrunError) => void
}

/**
 * A transport that does not give up: `send` settles as accepted or refused, or as a retry once its signal
 * aborts; `receive` reconnects and resyncs by itself, and throws only `unauthorized`.
 */
export function retrying(transport: Transport, options: RetryOptions): Transport {
  const { timers } = options
  const firstDelayMs = options.firstDelayMs ?? FIRST_RETRY_MS
  const maxDelayMs = options.maxDelayMs ?? MAX_RETRY_MS

  /** Between the half and the whole of the backoff, but never before the server asked to be asked. */
  function delayOf(failures: number, afterMs = 0): number {
    const whole = Math.min(maxDelayMs, firstDelayMs * 2 ** failures)
    return Math.max(whole * (0.5 + options.random() / 2), Math.min(afterMs, MAX_RETRY_AFTER_MS))
  }

  return {
    async send(frame, signal) {
      for (let failures = 0; ; failures++) {
        const delivery = await transport.send(frame, signal)
        if (delivery.status !== 'retry' || signal.aborted) return delivery
        options.onSendFailed?.(delivery.cause)
        await wait(timers, delayOf(failures, delivery.afterMs), signal)
        if (signal.aborted) return delivery
      }
    },

    async *receive(signal) {
      let failures = 0
      while (!signal.aborted) {
        const openedMs = timers.nowMs()
        let afterMs: number | undefined
        try {
          for await (const frame of transport.receive(signal)) {
            failures = 0
            yield frame
          }
        } catch (error) {
          if (signal.aborted) return
          if (LightrunError.is(error) && error.code === 'unauthorized') throw error
          if (LightrunError.is(error) && error.code === 'agent_unknown') options.onAgentUnknown?.()
          else options.onLinkLost?.(asLinkLost(error))
          afterMs = askedPause(error)
        }
        // A link that held for long was sound, even if there was nothing to say.
        if (timers.nowMs() - openedMs > maxDelayMs) failures = 0
        await wait(timers, delayOf(failures++, afterMs), signal)
      }
    },
  }
}

/** A binding may pass on how long the server wants to be left alone, in `details.afterMs`. */
function askedPause(error: unknown): number | undefined {
  const afterMs = LightrunError.is(error) ? error.details.afterMs : undefined
  return typeof afterMs === 'number' && afterMs > 0 ? afterMs : undefined
}

function asLinkLost(error: unknown): LightrunError {
  return LightrunError.is(error)
    ? error
    : new LightrunError('link_lost', 'the link broke; trying again', { cause: error })
}
