import type { Timers } from './timers.ts'

export interface ManualTimers extends Timers {
  /** Lets time pass; runs what becomes due in order, and lets promises settle before, between and after. */
  advance(byMs: number): Promise<void>
  /** Delays that were asked for and are not over, shortest first. */
  readonly waiting: readonly number[]
}

/** Time that passes by hand, for tests. */
export function createManualTimers(): ManualTimers {
  let now = 0
  let order = 0
  const due = new Map<number, { at: number; order: number; callback: () => void }>()
  const inOrder = () => [...due].sort(([, a], [, b]) => a.at - b.at || a.order - b.order)
  return {
    nowMs: () => now,
    after(delayMs, callback) {
      const id = ++order
      due.set(id, { at: now + delayMs, order: id, callback })
      return () => due.delete(id)
    },
    async advance(byMs) {
      const end = now + byMs
      await settle()
      for (let next = inOrder()[0]; next !== undefined && next[1].at <= end; next = inOrder()[0]) {
        now = next[1].at
        due.delete(next[0])
        next[1].callback()
        await settle()
      }
      now = end
    },
    get waiting() {
      return inOrder().map(([, { at }]) => at - now)
    },
  }
}

/** Turns of the microtask queue: a dozen exchanges over a transport that answers at once take some two hundred. */
async function settle(): Promise<void> {
  for (let i = 0; i < 500; i++) await Promise.resolve()
}
