/** What the threads of a process spend of its one budget, in memory that they share. */
export interface SharedSpending {
  /** Tells the others. */
  add(ms: number): void
  /** What the others have spent since the last call, and how many of them have lately. */
  look(now: number): Foreign
}

export interface Foreign {
  ms: number
  active: number
}

/** Threads that are told apart; of more, two count as one. */
export const SPENDING_SLOTS = 64
/** Bytes of the memory: a number for each slot, and how many were given away. */
export const SPENDING_BYTES = 4 * (SPENDING_SLOTS + 1)
/** A thread that has spent nothing for so long needs no part of the budget. */
export const ACTIVE_MS = 1_000

/** Sums of microseconds, which wrap around: only differences count, and nobody is half an hour of work behind. */
export function createSharedSpending(memory: SharedArrayBuffer): SharedSpending {
  const sums = new Int32Array(memory)
  const { add, load } = Atomics
  const own = add(sums, SPENDING_SLOTS, 1) % SPENDING_SLOTS
  const known: number[] = []
  const seenAt: number[] = []
  for (let slot = 0; slot < SPENDING_SLOTS; slot++) {
    known[slot] = load(sums, slot)
    seenAt[slot] = Number.NEGATIVE_INFINITY
  }
  const foreign: Foreign = { ms: 0, active: 0 }
  /** Below a microsecond: added once it is one. */
  let rest = 0

  return {
    add(ms) {
      rest += ms * 1_000
      const whole = Math.floor(rest)
      if (whole === 0) return
      rest -= whole
      add(sums, own, whole)
    },
    look(now) {
      foreign.ms = 0
      foreign.active = 0
      const given = Math.min(SPENDING_SLOTS, load(sums, SPENDING_SLOTS))
      for (let slot = 0; slot < given; slot++) {
        if (slot === own) continue
        const sum = load(sums, slot)
        const spent = (sum - (known[slot] as number)) | 0
        if (spent !== 0) {
          known[slot] = sum
          seenAt[slot] = now
          foreign.ms += spent / 1_000
        }
        if (now - (seenAt[slot] as number) < ACTIVE_MS) foreign.active++
      }
      return foreign
    },
  }
}
