import { clearTimeout, setTimeout } from 'node:timers'
import type { Timers } from '@lightrun/core'

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

// Taken when this file is loaded: an application under test may replace them. Importing `node:perf_hooks` would load all of it.
const now = performance.now.bind(performance)

/** Timers that never keep the process alive. */
export const unrefTimers: Timers = {
  nowMs: now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_DELAY_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Keeps the process alive for at most `ms`, or until the answer is called. */
export function holdProcess(ms: number): () => void {
  const timer = setTimeout(() => {}, Math.min(ms, MAX_DELAY_MS))
  return () => clearTimeout(timer)
}
