import type { Account } from './budget.ts'

/**
 * Reading the clock costs more than most conditions: a timed pass pays for those that follow at the same price, this
 * many at most, and for no more than this many milliseconds of them. One that took long is followed by another look.
 */
const MAX_PREPAID_PASSES = 255
const MAX_PREPAID_MS = 0.25

/**
 * Which passes of a condition are timed, so that its price is paid from the budget. On the hot path a pass is a
 * decrement of `prepaid`; what else there is stays out of the way of the optimising compiler.
 */
export interface ConditionPace {
  /** Passes that are paid for. At 0 the next one is timed. */
  prepaid: number
  /** The time at which a timed pass begins. `undefined`: the budget has nothing left for it. */
  begin(): number | undefined
  /** Pays for the timed pass, and for the next ones. */
  end(startMs: number): void
}

export function createConditionPace(
  budget: Pick<Account, 'admit' | 'chargeCondition'>,
  nowMs: () => number,
): ConditionPace {
  const pace: ConditionPace = {
    prepaid: 0,
    begin: () => (budget.admit() ? nowMs() : undefined),
    end(startMs) {
      const tookMs = nowMs() - startMs
      const isCheap = tookMs * MAX_PREPAID_PASSES <= MAX_PREPAID_MS
      pace.prepaid = isCheap ? MAX_PREPAID_PASSES : Math.floor(MAX_PREPAID_MS / tookMs)
      budget.chargeCondition(tookMs * (pace.prepaid + 1))
    },
  }
  return pace
}
