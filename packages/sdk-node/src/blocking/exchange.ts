import type { MessagePort } from 'node:worker_threads'
import type { NetworkConfig } from '../config/config.ts'
import type { TransportContext } from '../config/start-options.ts'

/** What a thread says to the server while this one stands still. */
export type Exchange =
  /** Introduces the agent with `hello`, a frame, and asks for the first desired state. */
  | { kind: 'fetch'; hello: Uint8Array }
  /** Sends frames, in their order. */
  | { kind: 'deliver'; frames: readonly Uint8Array[] }

/** What came of it, as far as it came. */
export interface ExchangeResult {
  /** Frames that the server has taken. */
  delivered: number
  /** Whether it may have taken the next one, too: that was sent, and there is no answer. */
  isNextInDoubt: boolean
  state?: Uint8Array
}

export const NOTHING_CAME: ExchangeResult = { delivered: 0, isNextInDoubt: false }

export interface ExchangeThreadData {
  exchange: Exchange
  context: TransportContext
  network: NetworkConfig
  /** Takes results; the last one holds. */
  port: MessagePort
  /** One number, which becomes 1 when all is done, or when nobody waits any more: nothing is sent from then on. */
  done: Int32Array
  /** The thread ends by then. */
  timeoutMs: number
}
