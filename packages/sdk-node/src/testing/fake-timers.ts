import type { Timers } from '@lightrun/core'

/** Time that a test moves by hand. */
export interface FakeTimers extends Timers {
  advance(ms: number): void
  readonly pending: number
}

export function createFakeTimers(): FakeTimers {
  let now = 0
  const due = new Map<object, { at: number; callback: () => void }>()
  return {
    nowMs: () => now,
    after(delayMs, callback) {
      const key = {}
      due.set(key, { at: now + delayMs, callback })
      return () => due.delete(key)
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const [next] = [...due].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)
        if (next === undefined) break
        const [key, { at, callback }] = next
        due.delete(key)
        now = at
        callback()
      }
      now = end
    },
    get pending() {
      return due.size
    },
  }
}
