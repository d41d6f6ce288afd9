import type { Timers } from '@lightrun/core'

/** Resolves after `delayMs`, or as soon as the signal aborts. Leaves neither timer nor listener behind. */
export function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = timers.after(delayMs, done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
