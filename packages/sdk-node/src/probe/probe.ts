import {
  type Action,
  type ActionStatus,
  type EndReason,
  type InPlace,
  type Lease,
  LightrunError,
  type LossReason,
} from '@lightrun/core'
import type { PassBudget } from '../engine/engine.ts'
import type { Budget } from './budget.ts'
import { explain, type SiteExpression } from './expressions.ts'
import { createHitLimit } from './hit-limit.ts'
import type { ProbeTask } from './task.ts'

/** An action in this process. Its `hit` is what the engine calls; it never throws and never runs inside itself. */
export interface Probe {
  /** Makes what woven code calls at one site. */
  hitAt(siteTask: SiteTask): (args: readonly unknown[]) => void
  /** Reports what has added up, recovery from throttling, and that it waits. Called about every second, and before the end. */
  tick(): void
  /** Another deal of the hits that are left. True: it has waited for it, and is to be put back. */
  renew(lease: Lease | undefined): boolean
  /** What became of the passes so far. The same object for the life of the probe. */
  readonly counts: Readonly<ProbeCounts>
}

/**
 * Every pass is one of these, but for hits inside a hit. While a throttled probe is off its line is not seen. Where an
 * action has several sites, passes over each count.
 */
export interface ProbeCounts {
  conditionFalse: number
  /** The condition could not be evaluated. */
  conditionFailed: number
  /** Refused by the budget. */
  throttled: number
  /** The task was performed, whatever came of it. */
  performed: number
}

export const passesOf = ({ conditionFalse, conditionFailed, throttled, performed }: Readonly<ProbeCounts>): number =>
  conditionFalse + conditionFailed + throttled + performed

/** What was made ready for one of the action's sites. */
export interface SiteTask {
  task: ProbeTask
  condition: SiteExpression | undefined
}

export interface ProbeOptions {
  action: Action
  /** Where it is: repeated in what it says of itself. */
  place: InPlace
  budget: Budget
  /** Where reaching the probe costs by itself. */
  passes?: PassBudget | undefined
  /** Shared by all probes of the process: a hit inside a hit (our own logging through the application's logger) is passed over. */
  reentry: { inside: boolean }
  nowMs: () => number
  setStatus: (status: ActionStatus) => void
  lose: (reason: LossReason, count: number) => void
  /** Over the budget: the probe is to be taken off for a while. Called from inside a hit. */
  rest: (ms: number) => void
  /** Its share of the hits is used up: the probe is to be taken off until `renew` says otherwise. Called from inside a hit. */
  wait: () => void
  /** The probe is over; the engine's placement is to be removed. */
  end: (reason: EndReason) => void
  /** An internal fault: the probe is to be removed. */
  fail: (error: LightrunError) => void
}

/**
 * A throttled probe is off for this long at least: coming back costs too (woven code is optimised again, a breakpoint is
 * set), and within a second a person sees no difference.
 */
export const MIN_REST_MS = 1_000

/** A share that is used up is said to be after this long: until then others may use theirs, and the limit be reached. */
export const ASK_AFTER_MS = 500

/** Measurements are exact under any load: adding up costs less than asking whether it may be done. */
const IS_BUDGETED: Record<Action['task']['type'], boolean> = {
  log: true,
  snapshot: true,
  counter: false,
  metric: false,
  tictoc: false,
  duration: false,
}

/**
 * Reading the clock costs more than most conditions: a timed pass pays for those that follow at the same price, this
 * many at most, and for no more than this many milliseconds of them. One that took long is followed by another look.
 */
const MAX_PREPAID_PASSES = 255
const MAX_PREPAID_MS = 0.25

// Hot path: a pass with a false condition costs the evaluation and a few comparisons; no clock but on one in 256.
export function createProbe(options: ProbeOptions): Probe {
  const { action, place, budget, passes, reentry, nowMs, setStatus, lose, rest, wait, end, fail } = options
  const limit = createHitLimit(action)
  /** Over, or waiting. */
  let closed = false
  let waitsSinceMs: number | undefined
  const counts: ProbeCounts = { conditionFalse: 0, conditionFailed: 0, throttled: 0, performed: 0 }
  let throttlesTold = 0
  let recovering = false
  let standing: 'placed' | 'hitting' | 'throttled' | 'failing' = 'placed'

  function stand(now: typeof standing, status: ActionStatus): void {
    if (standing === now) return
    standing = now
    setStatus(status)
  }

  function throttle(): void {
    counts.throttled++
    recovering = false
    const restMs = Math.max(MIN_REST_MS, Math.ceil(budget.debtMs()))
    stand('throttled', { state: 'throttled', message: throttleMessage(restMs, passes) })
    rest(restMs)
  }

  /** Whether the condition holds. A condition that cannot be evaluated does not hold, and says so once. */
  function holds(condition: SiteExpression, args: readonly unknown[]): boolean {
    const outcome = condition(args)
    if (outcome.status === 'value') {
      // A primitive, or an object, which is true without being asked.
      if (outcome.value) return true
      counts.conditionFalse++
      return false
    }
    counts.conditionFailed++
    stand('failing', {
      state: 'failed',
      code: 'expression_failed',
      message: `the condition cannot be evaluated: ${explain(outcome)}`,
    })
    return false
  }

  function count(): void {
    if (standing === 'throttled') recovering = true
    else stand('hitting', { state: 'hitting', ...place })
    const may = limit.count()
    if (may === 'open') return
    closed = true
    if (may === 'over') end('hit_limit')
    else {
      waitsSinceMs = nowMs()
      wait()
    }
  }

  function performTimed(task: ProbeTask, args: readonly unknown[]): void {
    if (!budget.admit()) {
      throttle()
      return
    }
    const start = nowMs()
    counts.performed++
    const problem = task.perform(args)
    budget.charge(nowMs() - start)
    conclude(problem)
  }

  function conclude(problem: string | false | undefined): void {
    if (problem === undefined) count()
    else if (problem !== false) stand('failing', { state: 'failed', code: 'expression_failed', message: problem })
  }

  function hitAt({ task, condition }: SiteTask): (args: readonly unknown[]) => void {
    const isHeld = condition === undefined ? undefined : createConditionGate(condition)
    const isFree = !IS_BUDGETED[action.task.type]

    return (args) => {
      if (closed || reentry.inside) return
      try {
        if (passes !== undefined && !passes.admit()) return throttle()
        // Runs no code of the application, so that no hit can happen inside.
        if (isHeld !== undefined && !isHeld(args)) return
        reentry.inside = true
        if (isFree) {
          counts.performed++
          conclude(task.perform(args))
        } else performTimed(task, args)
        reentry.inside = false
      } catch (cause) {
        reentry.inside = false
        faultIn(cause)
      }
    }
  }

  /** Never throws, not even at the end of the stack. */
  function faultIn(cause: unknown): void {
    // The application is about to run out of stack by itself: no fault of the probe, and no place to say anything.
    if (cause instanceof RangeError && cause.message === 'Maximum call stack size exceeded') return
    closed = true
    try {
      fail(
        new LightrunError('internal_error', `the probe was switched off after a fault of ours: ${String(cause)}`, {
          cause,
        }),
      )
    } catch {
      // The probe is off; that it cannot be said must not reach the application.
    }
  }

  /** Evaluates the condition within the budget; when that is used up, passes are counted until there is some again. */
  function createConditionGate(condition: SiteExpression): (args: readonly unknown[]) => boolean {
    let prepaid = 0

    function holdsTimed(args: readonly unknown[]): boolean {
      if (!budget.admit()) {
        throttle()
        return false
      }
      const start = nowMs()
      const held = holds(condition, args)
      const tookMs = nowMs() - start
      prepaid = tookMs * MAX_PREPAID_PASSES <= MAX_PREPAID_MS ? MAX_PREPAID_PASSES : Math.floor(MAX_PREPAID_MS / tookMs)
      budget.charge(tookMs * (prepaid + 1))
      return held
    }

    return (args) => {
      if (prepaid === 0) return holdsTimed(args)
      prepaid--
      return holds(condition, args)
    }
  }

  return {
    hitAt,
    tick() {
      if (recovering) stand('hitting', { state: 'hitting', ...place })
      recovering = false
      if (waitsSinceMs !== undefined && nowMs() - waitsSinceMs >= ASK_AFTER_MS) {
        setStatus({ state: 'waiting', hits: limit.hits })
      }
      const throttled = counts.throttled - throttlesTold
      if (throttled === 0) return
      lose('throttled', throttled)
      throttlesTold = counts.throttled
    },
    renew(lease) {
      if (!limit.renew(lease) || waitsSinceMs === undefined) return false
      waitsSinceMs = undefined
      closed = false
      setStatus({ state: 'hitting', ...place })
      return true
    },
    counts,
  }
}

function throttleMessage(restMs: number, passes: PassBudget | undefined): string {
  const cause =
    passes === undefined
      ? 'over the CPU budget of this process'
      : `passed too often for the inspector, which costs about ${passes.passMs} ms a pass`
  return `${cause}: off for ${(restMs / 1_000).toFixed(1)} s at a time; passes meanwhile cost nothing and are not counted`
}
