import type { LossReason, Report } from '../model/report.ts'

/** An action at one revision. */
export interface ActionKey {
  actionId: string
  revision: number
}

/**
 * What an agent has to say and has not yet sent. Bounded by count and bytes: over a bound the oldest hits go
 * and are counted per action and reason; the counts leave as loss reports. Counts of passes are added up and
 * never dropped.
 */
export interface ReportQueue {
  /** Constant time, apart from estimating the size of a hit; never throws. Loss reports are added up. */
  offer(report: Report): void
  /** Counts what was lost before it became a report. */
  lose(action: ActionKey, reason: LossReason, count: number): void
  /** The next report to send, oldest first; loss reports come last. */
  take(): Report | undefined
  /** Puts reports back that cannot be delivered: hits and statuses become losses for `reason`, counts and losses are added up again. */
  forfeit(reports: readonly Report[], reason: LossReason): void
  /** Reports that `take` would give. */
  readonly size: number
  /** Called after each report that arrives. One listener; the delivery. */
  onOffer: (() => void) | undefined
}

export interface ReportQueueOptions {
  /** Wall clock, for the time of loss reports: milliseconds since the epoch. */
  now: () => number
  maxReports?: number
  maxBytes?: number
}
