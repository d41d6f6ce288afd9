import type { Timers } from '@lightrun/core'

/** Time that passes only when a test says so. */
export interface HandTimers extends Timers {
  advance(ms: number): void
  readonly waiting: number
  /** Time until the next callback; `Infinity` when there is none. */
  readonly nextMs: number
}

export function createHandTimers(): HandTimers {
  let nowMs = 0
  const waiting = new Map<symbol, { atMs: number; callback: () => void }>()
  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const key = Symbol()
      waiting.set(key, { atMs: nowMs + delayMs, callback })
      return () => waiting.delete(key)
    },
    advance(ms) {
      nowMs += ms
      for (const [key, { atMs, callback }] of [...waiting]) {
        if (atMs <= nowMs && waiting.delete(key)) callback()
      }
    },
    get waiting() {
      return waiting.size
    },
    get nextMs() {
      return Math.min(...[...waiting.values()].map(({ atMs }) => atMs - nowMs))
    },
  }
}
