import { LightrunError, type Timers } from '@lightrun/core'

/** What a callback of ours throws would be an uncaught exception of the application: it goes to `onFault` instead. */
export function guardedTimers(timers: Timers, onFault: (error: LightrunError) => void): Timers {
  return {
    nowMs: timers.nowMs,
    after: (delayMs, callback) =>
      timers.after(delayMs, () => {
        try {
          callback()
        } catch (error) {
          onFault(LightrunError.from(error))
        }
      }),
  }
}
