import type { Timers } from '@lightrun/core'

/** Timers that never keep the process alive. */
export const unrefTimers: Timers = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
