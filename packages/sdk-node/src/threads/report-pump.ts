import { LightrunError, type Outgoing, type ReportQueue } from '@lightrun/core'

/**
 * Reports on their way to the main thread at a time. While that thread is busy they pile up in its memory, where no
 * bound of ours applies; the others wait in the worker's own queue, which is bounded. 100 snapshots are 6 MB at most.
 */
export const MAX_AHEAD_REPORTS = 100

/**
 * Moves a worker's reports to the main thread: soon, because what was not sent when the worker is terminated is lost. Throws
 * nothing: it is called where the application would get it.
 */
export interface ReportPump extends Disposable {
  /** The main thread has them. */
  taken(count: number): void
  /** Called about every second: sends what a fault has kept back. */
  tick(): void
  /** Sends all that is left, now: the worker ends. */
  drain(): void
}

export function createReportPump(
  queue: ReportQueue,
  post: (reports: readonly Outgoing[]) => void,
  onFault: (error: LightrunError) => void,
): ReportPump {
  let ahead = 0
  let scheduled = false
  /** Taken from the queue, and not yet sent: a fault on the way loses none. */
  let taken: Outgoing[] = []

  function send(most: number): void {
    try {
      while (taken.length < most) {
        const report = queue.take()
        if (report === undefined) break
        taken[taken.length] = report
      }
      if (taken.length === 0 || most <= 0) return
      post(taken)
      ahead += taken.length
      taken = []
    } catch (error) {
      onFault(LightrunError.from(error))
    }
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
      ahead = ahead > count ? ahead - count : 0
      pump()
    },
    tick: pump,
    drain: () => send(Number.POSITIVE_INFINITY),
    [Symbol.dispose]() {
      queue.onOffer = undefined
    },
  }
}
