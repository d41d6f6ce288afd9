import type { Action } from '@lightrun/core'
import { contextFor, createContextCell } from './context-cell.ts'
import { createDurationTask, type DurationTasks } from './duration-task.ts'
import type { Own } from './expressions.ts'
import { createOpenTimes, type OpenTime } from './open-times.ts'
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
  const context = createContextCell<OpenTime>()
  own(context)
  const ends = createTicTocTask({ times: createOpenTimes(context, nowMs), report })
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

function createDuration(of: CalledFunction, { own, report, reportUnseen, nowMs }: MeasureOptions): DurationTasks {
  const { isAsync, isGenerator, hasLeave } = of
  return createDurationTask({
    times: createOpenTimes(contextFor(of, own), nowMs),
    hasLeave,
    silentEnding: isGenerator ? 'returned' : 'thrown',
    report,
    // What is suspended between turns of the event loop has not ended, and passes `leave` when it does.
    onUnseen: isAsync || isGenerator || hasLeave ? undefined : reportUnseen,
  })
}

const isCallRole = (role: Role): role is CallRole => role !== 'line' && role !== 'tic' && role !== 'toc'
