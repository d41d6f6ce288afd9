import type { LightrunError } from '../errors/lightrun-error.ts'
import type { AgentInfo } from '../model/agent-info.ts'
import type { LossReason } from '../model/report.ts'
import type { Timers } from '../time/timers.ts'
import type { Transport } from '../transport/transport.ts'
import type { ReportQueue } from './report-queue.ts'

/**
 * Carries what the queue holds to the server: numbered, in frames, one frame in flight, the same frame again
 * until it is answered. The first frame carries the `hello`, with or without reports.
 */
export interface ReportDelivery {
  /** Runs until the signal aborts, then resolves. Never rejects. One run at a time. */
  start(signal: AbortSignal): Promise<void>
  /**
   * Sends without waiting for a fuller frame. Resolves `true` once nothing is queued or in flight, `false` after
   * `deadlineMs` milliseconds or when the delivery has ended. Never rejects.
   */
  flush(deadlineMs: number): Promise<boolean>
  /**
   * What the server has not acknowledged, for a process that ends now and has other means to send it: the frame in
   * flight, again, and then all that is queued, as frames in their order. The delivery itself sends nothing more.
   */
  remaining(): RemainingFrame[]
  /** The server does not know this agent (any more): say hello again, at once. */
  greet(): void
  /**
   * Resolves `true` as soon as the server has accepted the last hello, `false` when the signal aborts or the
   * delivery ends first. Never rejects.
   */
  whenRegistered(signal: AbortSignal): Promise<boolean>
  /** Whether the server has accepted a hello, and has not forgotten it as far as we know. */
  readonly registered: boolean
  /** Reports that the server has not acknowledged. */
  readonly waiting: number
}

export interface RemainingFrame {
  bytes: Uint8Array
  /** How many it carries. */
  reports: number
  /** What of the application they tell: nobody learns it from a frame that never arrives. */
  told: Told
}

/** What reports say has happened, added up. */
export interface Told {
  hits: number
  /** Passes of counters. */
  passes: number
  /** Hits that were lost before, by reason. */
  lost: Partial<Record<LossReason, number>>
}

export interface DeliveryOptions {
  /** Wrap it in `retrying`: the delivery itself waits only `REFUSED_PAUSE_MS` between attempts. */
  transport: Transport
  agentId: string
  /** Asked for each hello, so that it tells the present state. */
  hello: () => AgentInfo
  queue: ReportQueue
  timers: Timers
  /** How long a report waits for others to share its frame, while few come. Default `LINGER_MS`. */
  lingerMs?: number
  /** Told of every refusal (`unauthorized`, `protocol_unsupported`, …) and of our own faults. Must not throw. */
  onFault: (error: LightrunError) => void
  /** Told of the milliseconds for which a frame was worked at in one piece: encoded, and handed to the transport. Must not throw. */
  onWork?: (ms: number) => void
  /** Told when there is something to deliver, and when there is nothing any more. Must not throw. */
  onBusy?: (isBusy: boolean) => void
}
