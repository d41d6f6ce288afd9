import type { ErrorCode } from '../errors/error-codes.ts'

/**
 * How frames travel between one agent and its server. Two methods; a network failure is a value.
 *
 * - `send` settles once the server has answered, or the signal aborts (then: `retry`). It never rejects.
 * - `receive` yields the newest desired state first, then each that follows, skipping what is outdated. It
 *   ends when the signal aborts and throws `LightrunError('link_lost')` when the link breaks; the caller
 *   calls it again, which is a resync. A refused key throws `unauthorized`; a server that does not know the
 *   agent, `agent_unknown`: say hello, then call again. `details.afterMs` of any error asks for a pause before that.
 * - Neither keeps the process alive.
 */
export interface Transport {
  send(frame: Uint8Array, signal: AbortSignal): Promise<Delivery>
  receive(signal: AbortSignal): AsyncIterable<Uint8Array>
}

/**
 * `accepted`: the server has stored the frame durably. `retry`: it may or may not have it, and certainly not when
 * the frame is `unsent`; send the same frame again. `refused`: it will never take this frame; `agent_unknown` asks for a `hello`, anything else is a loss.
 */
export type Delivery =
  | { status: 'accepted' }
  | { status: 'retry'; afterMs?: number; cause?: unknown; unsent?: true }
  | { status: 'refused'; code: ErrorCode; message?: string }
