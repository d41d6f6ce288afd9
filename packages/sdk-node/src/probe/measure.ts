import type { Action } from '@lightrun/core'
import { createContextCell, createPlainCell } from './context-cell.ts'
import { createDurationTask, type DurationTasks } from './duration-task.ts'
import type { Own } from './expressions.ts'
import { type ContextCell, createOpenTimes, type OpenTime, type OpenTimes } from './open-times.ts'
import type { CalledFunction, CallRole, Point, Role } from './point.ts'
import type { ReportSeries } from './series-report.ts'
import type { ProbeTask } from './task.ts'
import { createTicTocTask } from './tic-toc-task.ts'

export interface MeasureOptions {
  own: Own
  report: ReportSeries
  /** Calls of a function that ended where no probe is. */
  reportUnseen: (calls: number) => void
  /** A clock that never goes back. */
  nowMs: () => number
}

/** The task at each point of an action that measures from one point to another. */
export type TaskAt = (point: Point) => ProbeTask

/** `undefined` for actions whose points know nothing of each other. */
export function measureBetween({ task }: Action, options: MeasureOptions): TaskAt | undefined {
  switch (task.type) {
    case 'tictoc':
      return createEnds(options)
    case 'duration':
      return createCalls(options)
    default:
      return undefined
  }
}

/** One task for both ends: what begins at one is known at the other. */
function createEnds({ own, report, nowMs }: MeasureOptions): TaskAt {
  const ends = createTicTocTask({ times: openTimes(createContextCell(), own, nowMs), report })
  return ({ role }) => (role === 'toc' ? ends.toc : ends.tic)
}

/** One task for each function, which its places share. */
function createCalls(options: MeasureOptions): TaskAt {
  const tasks = new Map<CalledFunction, DurationTasks>()
  return ({ of, role }) => {
    if (of === undefined || !isCallRole(role)) throw new TypeError('a duration is measured at places of calls')
    const known = tasks.get(of) ?? createDuration(of, options)
    tasks.set(of, known)
    return known[role]
  }
}

function createDuration(
  { isAsync, isGenerator, hasLeave }: CalledFunction,
  { own, report, reportUnseen, nowMs }: MeasureOptions,
): DurationTasks {
  const context = isAsync || isGenerator ? createContextCell<OpenTime>() : createPlainCell<OpenTime>()
  return createDurationTask({
    times: openTimes(context, own, nowMs),
    hasLeave,
    silentEnding: isGenerator ? 'returned' : 'thrown',
    report,
    // What is suspended between turns of the event loop has not ended, and passes `leave` when it does.
    onUnseen: isAsync || isGenerator || hasLeave ? undefined : reportUnseen,
  })
}

function openTimes(context: ContextCell<OpenTime>, own: Own, nowMs: () => number): OpenTimes {
  own(context)
  return createOpenTimes(context, nowMs)
}

const isCallRole = (role: Role): role is CallRole => role !== 'line' && role !== 'tic' && role !== 'toc'
