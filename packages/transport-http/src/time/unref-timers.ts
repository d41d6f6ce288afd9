import { performance } from 'node:perf_hooks'
import { clearTimeout, setTimeout } from 'node:timers'
import type { Timers } from '@lightrun/core'

// Node's own functions, taken when this file is loaded: an application under test may replace the global ones.
const now = performance.now.bind(performance)

/** Timers that never keep the process alive. */
export const unrefTimers: Timers = {
  nowMs: now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
