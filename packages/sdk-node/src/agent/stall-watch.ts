/** Shorter than this nobody wonders about. */
export const NOTED_STALL_MS = 500
/** A status that comes this long after the stall has nothing to do with it any more. */
export const STALL_RECENT_MS = 2_000

/** Notices that the event loop did not come to its timers: code that ran and ran, or a stopped machine. */
export interface StallWatch {
  /** Called by a timer every `everyMs`. Timers run before what the network brought: a stall is known when a state arrives. */
  beat(): void
  /** Milliseconds the event loop was busy until just now; `undefined` when it was not. */
  recentMs(): number | undefined
}

export interface StallWatchOptions {
  everyMs: number
  nowMs: () => number
  /** Time the event loop has spent running code since the thread's start, in milliseconds. */
  activeMs: () => number
}

export function createStallWatch({ everyMs, nowMs, activeMs }: StallWatchOptions): StallWatch {
  let lastMs = nowMs()
  let activeBeforeMs = activeMs()
  let stall: { endedMs: number; lastedMs: number } | undefined

  return {
    beat() {
      const now = nowMs()
      const active = activeMs()
      const late = now - lastMs - everyMs
      // The stall began before this timer was due: all the time in code since the last beat is its.
      if (late >= NOTED_STALL_MS) stall = { endedMs: now, lastedMs: Math.max(late, active - activeBeforeMs) }
      lastMs = now
      activeBeforeMs = active
    },
    recentMs() {
      if (stall === undefined || nowMs() - stall.endedMs > STALL_RECENT_MS) return undefined
      return Math.round(stall.lastedMs)
    },
  }
}
