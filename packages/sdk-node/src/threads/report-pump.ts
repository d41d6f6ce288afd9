import type { Report, ReportQueue } from '@lightrun/core'

/**
 * Reports on their way to the main thread at a time. While that thread is busy they pile up in its memory, where no
 * bound of ours applies; the others wait in the worker's own queue, which is bounded. 100 snapshots are 6 MB at most.
 */
export const MAX_AHEAD_REPORTS = 100

/** Moves a worker's reports to the main thread: soon, because what was not sent when the worker is terminated is lost. */
export interface ReportPump extends Disposable {
  /** The main thread has them. */
  taken(count: number): void
  /** Sends all that is left, now: the worker ends. */
  drain(): void
}

export function createReportPump(queue: ReportQueue, post: (reports: readonly Report[]) => void): ReportPump {
  let ahead = 0
  let scheduled = false

  function send(most: number): void {
    const reports: Report[] = []
    while (reports.length < most) {
      const report = queue.take()
      if (report === undefined) break
      reports.push(report)
    }
    ahead += reports.length
    if (reports.length > 0) post(reports)
  }

  function pump(): void {
    scheduled = false
    send(MAX_AHEAD_REPORTS - ahead)
  }

  // Called in the middle of the application's statement: cloning the report waits until that is over.
  queue.onOffer = () => {
    if (scheduled) return
    scheduled = true
    queueMicrotask(pump)
  }

  return {
    taken(count) {
      ahead = Math.max(0, ahead - count)
      pump()
    },
    drain: () => send(Number.POSITIVE_INFINITY),
    [Symbol.dispose]() {
      queue.onOffer = undefined
    },
  }
}
