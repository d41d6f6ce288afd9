import {
  type Action,
  type ActionStatus,
  type EndReason,
  type InPlace,
  LightrunError,
  type LossReason,
} from '@lightrun/core'
import type { PassBudget } from '../engine/engine.ts'
import type { Budget } from './budget.ts'
import { explain, type SiteExpression } from './expressions.ts'
import type { ProbeTask } from './task.ts'

/** An action in this process. Its `hit` is what the engine calls; it never throws and never runs inside itself. */
export interface Probe {
  /** Makes what woven code calls at one site. */
  hitAt(siteTask: SiteTask): (args: readonly unknown[]) => void
  /** Reports what has added up, and recovery from throttling. Called about every second, and before the end. */
  tick(): void
}

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

/** Measurements are exact under any load: adding up costs less than asking whether it may be done. */
const IS_BUDGETED: Record<Action['task']['type'], boolean> = {
  log: true,
  snapshot: true,
  counter: false,
  metric: false,
  tictoc: false,
  duration: false,
}

/** Conditions are timed on one pass in this many: reading the clock twice costs more than most conditions. */
const CONDITION_SAMPLE = 64

// Hot path: passes with a false condition cost the evaluation and a few comparisons; no allocation, no clock.
export function createProbe(options: ProbeOptions): Probe {
  const { action, place, budget, passes, reentry, nowMs, setStatus, lose, rest, end, fail } = options
  const maxHits = action.maxHits ?? Number.POSITIVE_INFINITY
  let over = false
  let hits = 0
  let throttled = 0
  let recovering = false
  let standing: 'placed' | 'hitting' | 'throttled' | 'failing' = 'placed'

  function stand(now: typeof standing, status: ActionStatus): void {
    if (standing === now) return
    standing = now
    setStatus(status)
  }

  function throttle(): void {
    throttled++
    recovering = false
    const restMs = Math.max(MIN_REST_MS, Math.ceil(budget.debtMs()))
    stand('throttled', { state: 'throttled', message: throttleMessage(restMs, passes) })
    rest(restMs)
  }

  /** Whether the condition holds. A condition that cannot be evaluated does not hold, and says so once. */
  function holds(condition: SiteExpression, args: readonly unknown[]): boolean {
    const outcome = condition(args)
    if (outcome.status === 'value') return Boolean(outcome.value)
    stand('failing', {
      state: 'failed',
      code: 'expression_failed',
      message: `the condition cannot be evaluated: ${explain(outcome)}`,
    })
    return false
  }

  function count(): void {
    hits++
    if (standing === 'throttled') recovering = true
    else stand('hitting', { state: 'hitting', ...place })
    if (hits < maxHits) return
    over = true
    end('hit_limit')
  }

  function performTimed(task: ProbeTask, args: readonly unknown[]): void {
    if (!budget.admit()) {
      throttle()
      return
    }
    const start = nowMs()
    const problem = task.perform(args)
    budget.charge(nowMs() - start)
    conclude(problem)
  }

  function conclude(problem: string | false | undefined): void {
    if (problem === undefined) count()
    else if (problem !== false) stand('failing', { state: 'failed', code: 'expression_failed', message: problem })
  }

  function hitAt({ task, condition }: SiteTask): (args: readonly unknown[]) => void {
    const admit = condition === undefined ? undefined : createConditionGate(condition)
    const isFree = !IS_BUDGETED[action.task.type]

    return (args) => {
      if (over || reentry.inside) return
      reentry.inside = true
      try {
        if (passes !== undefined && !passes.admit()) return throttle()
        if (admit !== undefined && !admit(args)) return
        if (isFree) conclude(task.perform(args))
        else performTimed(task, args)
      } catch (cause) {
        faultIn(cause)
      } finally {
        reentry.inside = false
      }
    }
  }

  /** Never throws, not even at the end of the stack. */
  function faultIn(cause: unknown): void {
    // The application is about to run out of stack by itself: no fault of the probe, and no place to say anything.
    if (cause instanceof RangeError && cause.message === 'Maximum call stack size exceeded') return
    over = true
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

  /** Evaluates the condition within the budget; when that is used up, passes are counted until a sample finds some again. */
  function createConditionGate(condition: SiteExpression): (args: readonly unknown[]) => boolean {
    let passes = 0
    let starved = false
    return (args) => {
      const sampled = passes++ % CONDITION_SAMPLE === 0
      if (sampled) starved = !budget.admit()
      if (starved) {
        throttle()
        return false
      }
      if (!sampled) return holds(condition, args)
      const start = nowMs()
      const held = holds(condition, args)
      budget.charge((nowMs() - start) * CONDITION_SAMPLE)
      return held
    }
  }

  return {
    hitAt,
    tick() {
      if (recovering) stand('hitting', { state: 'hitting', ...place })
      recovering = false
      if (throttled === 0) return
      lose('throttled', throttled)
      throttled = 0
    },
  }
}

function throttleMessage(restMs: number, passes: PassBudget | undefined): string {
  const cause =
    passes === undefined
      ? 'over the CPU budget of this process'
      : `passed too often for the inspector, which costs about ${passes.passMs} ms a pass`
  return `${cause}: off for ${(restMs / 1_000).toFixed(1)} s at a time; passes meanwhile cost nothing and are not counted`
}
