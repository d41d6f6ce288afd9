import {
  type Action,
  type ActionStatus,
  type EndReason,
  type InPlace,
  type Lease,
  LightrunError,
  type LossReason,
} from '@lightrun/core'
import type { Account } from './budget.ts'
import { type ConditionPace, createConditionPace } from './condition-pace.ts'
import { explain, type SiteExpression } from './expressions.ts'
import { createHitLimit } from './hit-limit.ts'
import type { ProbeTask } from './task.ts'

/** An action in this process. Its `hit` is what the engine calls; it never throws and never runs inside itself. */
export interface Probe {
  /** Makes what woven code calls at one site. */
  hitAt(siteTask: SiteTask): (args: readonly unknown[]) => void
  /** Reports what has added up, recovery from throttling, and that it waits. Called about every second, and before the end. */
  tick(): void
  /** Reports what has added up and is not told by the task. */
  handOver(): void
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
  budget: Account
  /** Where reaching the probe costs by itself: milliseconds of a pass. */
  passMs?: number | undefined
  /** Shared by all probes of the process: a hit inside a hit (our own logging through the application's logger) is passed over. */
  reentry: { inside: boolean }
  nowMs: () => number
  setStatus: (status: ActionStatus) => void
  lose: (reason: LossReason, count: number) => void
  /** Over the budget: the probe is to be taken off for a while. Called from inside a hit. */
  rest: (ms: number) => void
  /** Its share of the hits is used up: the probe is to be taken off until `renew` says otherwise. Called from inside a hit. */
  wait: () => void
  /**
   * Something has begun to add up that the task's `flush` or `handOver` tells: the first time, and again after each `handOver`.
   * Called from inside a hit.
   */
  onGathering?: (() => void) | undefined
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
/**
 * One that is over the budget again as soon as it is back rests twice as long, up to this: on a hot line coming back is most of
 * what it costs. Half of what the budget saves up (`BURST_MS`), so that nothing it may do is lost; it comes in bursts.
 */
export const MAX_REST_MS = 5_000

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

// Hot path: a pass with a false condition costs the evaluation and a few comparisons; no clock but on one in 256.
export function createProbe(options: ProbeOptions): Probe {
  const { action, place, budget, passMs, reentry, nowMs, setStatus, lose, rest, wait, onGathering, end, fail } = options
  const limit = createHitLimit(action)
  const hitting: ActionStatus = { state: 'hitting', ...place }
  /** Over, or waiting. */
  let closed = false
  let waitsSinceMs: number | undefined
  const counts: ProbeCounts = { conditionFalse: 0, conditionFailed: 0, throttled: 0, performed: 0 }
  let throttlesTold = 0
  /** Nobody needs to know of what begins to add up, or knows it already. */
  let isKnown = onGathering === undefined
  let leastRestMs = MIN_REST_MS
  let backAtMs = Number.NEGATIVE_INFINITY
  let recovering = false
  let standing: 'placed' | 'hitting' | 'throttled' | 'failing' = 'placed'

  function stand(now: typeof standing, status: ActionStatus): void {
    if (standing === now) return
    standing = now
    setStatus(status)
  }

  function gather(): void {
    isKnown = true
    onGathering?.()
  }

  function throttle(): void {
    counts.throttled++
    if (!isKnown) gather()
    recovering = false
    const { restMs: debtMs, message } = budget.shortage()
    const restMs = restFor(Math.ceil(debtMs))
    stand('throttled', { state: 'throttled', message: `${message}: ${whatNow(restMs)}` })
    rest(restMs)
  }

  /** What the inspector may do is not saved up for so long: there no rest grows. */
  function restFor(debtMs: number): number {
    const now = nowMs()
    // Off already: a call that has begun before passes on.
    if (now >= backAtMs && passMs === undefined) {
      const isBusy = now - backAtMs <= leastRestMs
      leastRestMs = isBusy ? Math.min(2 * leastRestMs, MAX_REST_MS) : MIN_REST_MS
      backAtMs = now + Math.max(leastRestMs, debtMs)
    }
    return Math.max(leastRestMs, debtMs)
  }

  /** Whether the condition holds. A condition that cannot be evaluated does not hold, and says so once. */
  function holds(condition: SiteExpression, pace: ConditionPace, args: readonly unknown[]): boolean {
    let startMs: number | undefined
    if (pace.prepaid === 0) {
      startMs = pace.begin()
      if (startMs === undefined) {
        throttle()
        return false
      }
    } else pace.prepaid--
    // Called at one place only, so that it is inlined there: worth 12 ns of 28.
    const outcome = condition(args)
    if (startMs !== undefined) pace.end(startMs)
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
    else stand('hitting', hitting)
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
    if (budget.isFree()) {
      counts.performed++
      conclude(task.perform(args))
      return
    }
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
    const pace = createConditionPace(budget, nowMs)
    const isFree = !IS_BUDGETED[action.task.type]

    return (args) => {
      if (closed || reentry.inside) return
      try {
        if (passMs !== undefined && !budget.admitPass(passMs)) return throttle()
        // Runs no code of the application, so that no hit can happen inside.
        if (condition !== undefined && !holds(condition, pace, args)) return
        reentry.inside = true
        if (isFree) {
          counts.performed++
          conclude(task.perform(args))
          if (!isKnown) gather()
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

  function handOver(): void {
    isKnown = onGathering === undefined
    const throttled = counts.throttled - throttlesTold
    if (throttled === 0) return
    lose('throttled', throttled)
    throttlesTold = counts.throttled
  }

  return {
    hitAt,
    handOver,
    tick() {
      if (recovering) stand('hitting', hitting)
      recovering = false
      if (waitsSinceMs !== undefined && nowMs() - waitsSinceMs >= ASK_AFTER_MS) {
        setStatus({ state: 'waiting', hits: limit.hits })
      }
      handOver()
    },
    renew(lease) {
      if (!limit.renew(lease) || waitsSinceMs === undefined) return false
      waitsSinceMs = undefined
      closed = false
      setStatus(hitting)
      return true
    },
    counts,
  }
}

const whatNow = (restMs: number) =>
  `off for ${(restMs / 1_000).toFixed(1)} s, and longer while this goes on; passes meanwhile cost nothing and are not counted`
