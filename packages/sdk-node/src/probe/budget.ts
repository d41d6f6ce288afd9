/**
 * What all actions together may take of the application's time: a token bucket in milliseconds of work. The price
 * is bounded by measuring it, so a cheap log may run thousands of times a second and an expensive one may not.
 */
export interface Budget {
  /** Whether there is time left to spend. */
  admit(): boolean
  /** Books work that was done. May overdraw; the debt is waited off. */
  charge(ms: number): void
  /** Milliseconds until a debt is waited off; 0 without one. */
  debtMs(): number
}

export interface BudgetOptions {
  /** Fraction of one core, 0 to 1. */
  share: number
  nowMs: () => number
  /** Default `BURST_MS`. */
  burstMs?: number
}

/** Work that may be done at once after a quiet time: ten seconds' worth, so that a burst of requests is seen whole. */
export const BURST_MS = 10_000

export function createBudget({ share, nowMs, burstMs = BURST_MS }: BudgetOptions): Budget {
  const capacity = share * burstMs
  let tokens = capacity
  let refilledAt = nowMs()

  function refill(): number {
    const now = nowMs()
    tokens = Math.min(capacity, tokens + (now - refilledAt) * share)
    refilledAt = now
    return tokens
  }

  return {
    admit: () => refill() > 0,
    charge(ms) {
      tokens -= ms
    },
    debtMs: () => Math.max(0, -refill() / share),
  }
}
