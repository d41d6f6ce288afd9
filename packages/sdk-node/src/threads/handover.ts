import type { Timers } from '@lightrun/core'

/**
 * What adds up in a worker goes to the main thread so often at most, beside the usual tick: ten messages a second cost
 * either thread less than a thousandth of its time.
 */
export const HANDOVER_EVERY_MS = 100

/**
 * Does `work` when the application's statement is over, or as soon as the last handover is `HANDOVER_EVERY_MS` ago: a thread that
 * is terminated says no last words. `work` must not throw.
 */
export type Handover = (work: () => void) => void

export function createHandover(timers: Timers): Handover {
  let waiting: (() => void)[] = []
  let isScheduled = false
  let lastMs = Number.NEGATIVE_INFINITY

  function handOver(): void {
    isScheduled = false
    lastMs = timers.nowMs()
    const all = waiting
    waiting = []
    // By index: no iterator, which an application may have replaced.
    for (let index = 0; index < all.length; index++) all[index]?.()
  }

  return (work) => {
    waiting[waiting.length] = work
    if (isScheduled) return
    const restMs = lastMs + HANDOVER_EVERY_MS - timers.nowMs()
    if (restMs > 0) timers.after(restMs, handOver)
    else queueMicrotask(handOver)
    isScheduled = true
  }
}
