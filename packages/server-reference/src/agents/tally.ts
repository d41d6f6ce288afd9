import {
  type ActionStatus,
  type Distribution,
  type HitReport,
  type LossReason,
  mergeDistributions,
  type Report,
  type Series,
  type UpFrame,
} from '@lightrun/core'
import type { RevisionPasses } from '../storage/database.ts'

/** The news of one frame about one action, after repeats were dropped. */
export interface ActionTally {
  hits: HitReport[]
  passes: number
  /** What was measured; present and empty when an agent said that nothing was. */
  series?: Map<Series, Distribution>
  /** The last one wins: an agent reports in order. */
  status?: { atMs: number; status: ActionStatus }
  /** What became of the passes over its probe so far. The last one wins: they are totals. */
  probePasses?: RevisionPasses
  losses: Map<LossReason, number>
  /** Agent clock of the newest report. */
  atMs: number
  reports: number
}

/** Groups what is new in a frame by action. Repeats are the reports up to `lastSeq`. */
export function tally(frame: UpFrame, lastSeq: number): Map<string, ActionTally> {
  const byAction = new Map<string, ActionTally>()
  for (const report of frame.reports.slice(Math.max(0, lastSeq - frame.first + 1))) {
    let of = byAction.get(report.actionId)
    if (of === undefined) {
      of = { hits: [], passes: 0, losses: new Map(), atMs: report.atMs, reports: 0 }
      byAction.set(report.actionId, of)
    }
    of.atMs = Math.max(of.atMs, report.atMs)
    of.reports += 1
    add(of, report)
  }
  return byAction
}

function add(of: ActionTally, report: Report): void {
  switch (report.kind) {
    case 'hit':
      of.hits.push(report)
      break
    case 'count':
      of.passes = sum(of.passes, report.count)
      break
    case 'metric':
      of.series ??= new Map()
      for (const [name, came] of Object.entries(report.series) as [Series, Distribution][]) {
        of.series.set(name, mergeDistributions(of.series.get(name), came))
      }
      break
    case 'status':
      of.status = { atMs: report.atMs, status: report.status }
      break
    case 'passes': {
      const { revision, passes, conditionFalse, conditionFailed, throttled } = report
      of.probePasses = { revision, passes, conditionFalse, conditionFailed, throttled }
      break
    }
    case 'loss':
      of.losses.set(report.reason, sum(of.losses.get(report.reason) ?? 0, report.count))
      break
  }
}

/** Counts come from agents: they saturate rather than lose their last digits. */
export function sum(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER)
}
