import type { PassBudget } from '../engine/engine.ts'
import { type Budget, createBudget } from './budget.ts'

export interface PassBudgetOptions {
  /** What all actions together may take. Passes are booked there as well. */
  budget: Budget
  /** Fraction of one core, 0 to 1. */
  share: number
  nowMs: () => number
  passMs: number
}

/** Passes of the inspector come from a bucket with a tenth of the burst: at 1 % of a core, 10 ms at once. */
export const PASS_BURST_MS = 1_000

/** Bounds what passing probes costs by itself, before anybody has asked anything of the pass. */
export function createPassBudget({ budget, share, nowMs, passMs }: PassBudgetOptions): PassBudget {
  const own = createBudget({ share, nowMs, burstMs: PASS_BURST_MS })
  return {
    passMs,
    admit() {
      if (!own.admit() || !budget.admit()) return false
      own.charge(passMs)
      budget.charge(passMs)
      return true
    },
  }
}
