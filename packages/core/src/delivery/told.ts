import type { LossReason } from '../model/report.ts'
import type { Outgoing } from '../protocol/log-line.ts'
import type { Told } from './delivery.ts'

export function toldBy(reports: readonly Outgoing[]): Told {
  const told: Told = { hits: 0, passes: 0, lost: {} }
  for (const report of reports) {
    if (report.kind === 'hit' || report.kind === 'line') told.hits++
    else if (report.kind === 'count') told.passes += report.count
    else if (report.kind === 'loss') lose(told, report.reason, report.count)
  }
  return told
}

export function addTold(all: readonly Told[]): Told {
  const sum: Told = { hits: 0, passes: 0, lost: {} }
  for (const { hits, passes, lost } of all) {
    sum.hits += hits
    sum.passes += passes
    for (const [reason, count] of Object.entries(lost)) lose(sum, reason as LossReason, count)
  }
  return sum
}

function lose(told: Told, reason: LossReason, count: number): void {
  told.lost[reason] = (told.lost[reason] ?? 0) + count
}
