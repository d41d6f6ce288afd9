import type { ActionStatus, ReportQueue } from '@lightrun/core'

/** A queue whose statuses pass through `annotate` on their way in: what only the thread as a whole knows is added here. */
export function annotated(
  queue: ReportQueue,
  annotate: (status: ActionStatus) => ActionStatus,
): Pick<ReportQueue, 'offer' | 'lose'> {
  return {
    offer: (report) => queue.offer(report.kind === 'status' ? { ...report, status: annotate(report.status) } : report),
    lose: (action, reason, count) => queue.lose(action, reason, count),
  }
}
