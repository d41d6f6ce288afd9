import type { Timers } from './timers.ts'

/** Resolves after `delayMs`, or as soon as the signal aborts. Leaves nothing behind. */
export function wait(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      resolve()
      cancel()
      signal.removeEventListener('abort', done)
    }
    const cancel = timers.after(delayMs, done)
    signal.addEventListener('abort', done)
  })
}
