import { clearTimeout, setTimeout } from 'node:timers'
import type { Timers } from '@lightrun/core'

/** The longest delay `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

// Taken when this file is loaded: an application under test may replace them. Importing `node:perf_hooks` would load all of it.
const now = performance.now.bind(performance)

const wallClock = Date.now.bind(Date)
const originMs = performance.timeOrigin
const { MAX_SAFE_INTEGER } = Number

/**
 * Milliseconds since the epoch as reports carry them: whole and not negative, whatever the machine's clock or somebody's
 * fake one says.
 */
export function wallNow(): number {
  let ms: number
  try {
    ms = wallClock()
  } catch {
    ms = originMs + now()
  }
  const wholeMs = ms - (ms % 1)
  return wholeMs >= 0 && wholeMs <= MAX_SAFE_INTEGER ? wholeMs : 0
}

/** Timers that never keep the process alive. */
export const unrefTimers: Timers = {
  nowMs: now,
  after(delayMs, callback) {
    // biome-ignore lint/complexity/useMathMinMax: what has replaced a built-in may throw, and the chain of ticks would end here
    const timer = setTimeout(callback, delayMs < MAX_DELAY_MS ? delayMs : MAX_DELAY_MS)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Keeps the process alive for at most `ms`, or until the answer is called. */
export function holdProcess(ms: number): () => void {
  const timer = setTimeout(() => {}, Math.min(ms, MAX_DELAY_MS))
  return () => clearTimeout(timer)
}
