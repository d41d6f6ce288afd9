import type { Clock } from '../src/clock.ts'

export interface ManualClock extends Clock {
  /** Lets time pass and runs what becomes due, in order. */
  advance(byMs: number): void
}

/** Starts at the real time, so that rows written by the database's own clock would stand out. */
export function createManualClock(start = Date.now()): ManualClock {
  let now = start
  let lastId = 0
  const due = new Map<number, { atMs: number; callback: () => void }>()
  return {
    now: () => now,
    after(delayMs, callback) {
      lastId += 1
      const id = lastId
      due.set(id, { atMs: now + delayMs, callback })
      return () => due.delete(id)
    },
    advance(byMs) {
      now += byMs
      for (const [id, { atMs, callback }] of [...due].sort(([, a], [, b]) => a.atMs - b.atMs)) {
        if (atMs > now || !due.delete(id)) continue
        callback()
      }
    },
  }
}
