import {
  type CountReport,
  type HitReport,
  type LossReason,
  type LossReport,
  type MetricReport,
  type PassesReport,
  SERIES,
  type StatusReport,
} from '../model/report.ts'
import { actionOf, type LogLine, type Outgoing } from '../protocol/log-line.ts'
import { mergeDistributions } from '../statistics/distribution.ts'
import { approximateBytes } from './approximate-bytes.ts'
import { createDeque } from './deque.ts'

/** Hits that wait while the server is away: minutes of a chatty log. */
export const MAX_QUEUED_REPORTS = 10_000
/** Memory the application gives for them. */
export const MAX_QUEUED_BYTES = 4 * 1024 * 1024

/** An action at one revision. */
export interface ActionKey {
  actionId: string
  revision: number
}

/**
 * What an agent has to say and has not yet sent. Bounded by count and bytes: over a bound the oldest hits go, then
 * the oldest statuses, counted per action and reason; those counts leave as loss reports. Counts and measurements are
 * added up, and given up only when the server refuses them; of totals of passes the latest stays.
 */
export interface ReportQueue {
  /** Constant time, apart from estimating the size of a hit. Gives that size in bytes; 0 for what only adds up. */
  offer(report: Outgoing): number
  /** Counts what was lost before it became a report. */
  lose(action: ActionKey, reason: LossReason, count: number): void
  /** The next report to send: hits and statuses in the order of their arrival, then counts, measurements, losses and passes. */
  take(): Outgoing | undefined
  /** Reports that cannot be delivered now: hits and statuses become losses for `reason`, the others wait for the next frame. */
  forfeit(reports: readonly Outgoing[], reason: LossReason): void
  /**
   * Reports that cannot be delivered at all: what they tell becomes a loss for `reason`, by its number of hits, passes,
   * measurements and losses. Totals of passes come anew.
   */
  giveUp(reports: readonly Outgoing[], reason: LossReason): void
  /** Keeps at most so many bytes from now on: what is over goes at once, the oldest hits first. */
  bound(maxBytes: number): void
  /** Reports that `take` would give. */
  readonly size: number
  /** Called after each report that arrives. One listener; the delivery. */
  onOffer: (() => void) | undefined
}

export interface ReportQueueOptions {
  /** Wall clock, for the time of loss reports: milliseconds since the epoch. */
  now: () => number
  /** Default `MAX_QUEUED_REPORTS`. */
  maxReports?: number
  /** Default `MAX_QUEUED_BYTES`; approximate. */
  maxBytes?: number
}

/** A hit. A line knows its own size. */
type QueuedHit = LogLine | { readonly kind: 'queued'; readonly bytes: number; readonly report: HitReport }

interface QueuedStatus {
  /** Hits that came before it, ever. */
  hitsBefore: number
  bytes: number
  report: StatusReport
}

export function createReportQueue(options: ReportQueueOptions): ReportQueue {
  const maxReports = options.maxReports ?? MAX_QUEUED_REPORTS
  let maxBytes = options.maxBytes ?? MAX_QUEUED_BYTES
  const hits = createDeque<QueuedHit>()
  const statuses = createDeque<QueuedStatus>()
  const counts = new Map<string, CountReport>()
  const metrics = new Map<string, MetricReport>()
  const losses = new Map<string, LossReport>()
  const passes = new Map<string, PassesReport>()
  /** Hits that have come, and that have gone. */
  let hitsCome = 0
  let hitsGone = 0
  let bytes = 0

  function enqueue(hit: QueuedHit): number {
    hits.push(hit)
    hitsCome++
    return weigh(hit.bytes)
  }

  function enqueueStatus(report: StatusReport): number {
    const own = approximateBytes(report)
    statuses.push({ hitsBefore: hitsCome, bytes: own, report })
    return weigh(own)
  }

  function weigh(own: number): number {
    bytes += own
    if (bytes > maxBytes || hits.size + statuses.size > maxReports) dropWhatIsOver()
    return own
  }

  function dropWhatIsOver(): void {
    while (hits.size + statuses.size > maxReports || bytes > maxBytes) {
      const dropped = takeHit() ?? takeStatus()
      if (dropped === undefined) return
      lose(actionOf(dropped), 'queue_full', 1)
    }
  }

  function takeHit(): HitReport | LogLine | undefined {
    const hit = hits.shift()
    if (hit === undefined) return undefined
    hitsGone++
    bytes -= hit.bytes
    return hit.kind === 'line' ? hit : hit.report
  }

  function takeStatus(): StatusReport | undefined {
    const status = statuses.shift()
    bytes -= status?.bytes ?? 0
    return status?.report
  }

  function addCount(report: CountReport): void {
    const key = keyOf(report)
    const count = (counts.get(key)?.count ?? 0) + report.count
    counts.set(key, { ...report, count })
  }

  function addMetric(report: MetricReport): void {
    const key = keyOf(report)
    const series = { ...metrics.get(key)?.series }
    for (const name of SERIES) {
      const came = report.series[name]
      if (came !== undefined) series[name] = mergeDistributions(series[name], came)
    }
    metrics.set(key, { ...report, series })
  }

  function lose({ actionId, revision }: ActionKey, reason: LossReason, count: number): void {
    // Also what is no number.
    if (!(count >= 1)) return
    const key = `${reason} ${keyOf({ actionId, revision })}`
    const before = losses.get(key)?.count ?? 0
    losses.set(key, { kind: 'loss', actionId, revision, atMs: options.now(), reason, count: before + count })
  }

  function accept(report: Outgoing): number {
    if (report.kind === 'line') return enqueue(report)
    if (report.kind === 'hit') return enqueue({ kind: 'queued', bytes: approximateBytes(report), report })
    if (report.kind === 'status') return enqueueStatus(report)
    if (report.kind === 'count') addCount(report)
    else if (report.kind === 'metric') addMetric(report)
    else if (report.kind === 'loss') lose(report, report.reason, report.count)
    else passes.set(keyOf(report), report)
    return 0
  }

  const queue: ReportQueue = {
    onOffer: undefined,
    offer(report) {
      const offered = accept(report)
      queue.onOffer?.()
      return offered
    },
    lose(action, reason, count) {
      lose(action, reason, count)
      queue.onOffer?.()
    },
    take() {
      const status = statuses.first
      const first = status === undefined || status.hitsBefore > hitsGone ? takeHit() : undefined
      return first ?? takeStatus() ?? takeFirst(counts) ?? takeFirst(metrics) ?? takeFirst(losses) ?? takeFirst(passes)
    },
    forfeit(reports, reason) {
      for (const report of reports) {
        if (report.kind === 'hit' || report.kind === 'line' || report.kind === 'status') {
          lose(actionOf(report), reason, 1)
        }
        // Newer totals have come meanwhile, and stand.
        else if (report.kind !== 'passes' || !passes.has(keyOf(report))) accept(report)
      }
    },
    giveUp(reports, reason) {
      for (const report of reports) lose(actionOf(report), reason, toldIn(report))
    },
    bound(bytes) {
      maxBytes = bytes
      dropWhatIsOver()
    },
    get size() {
      return hits.size + statuses.size + counts.size + metrics.size + losses.size + passes.size
    },
  }
  return queue
}

/** How much of what happened it tells. */
function toldIn(report: Outgoing): number {
  if (report.kind === 'passes') return 0
  if (report.kind === 'count' || report.kind === 'loss') return report.count
  if (report.kind !== 'metric') return 1
  return SERIES.reduce((sum, name) => sum + (report.series[name]?.count ?? 0), 0)
}

const keyOf = ({ actionId, revision }: ActionKey) => `${revision} ${actionId}`

function takeFirst<T>(map: Map<string, T>): T | undefined {
  for (const [key, value] of map) {
    map.delete(key)
    return value
  }
  return undefined
}
