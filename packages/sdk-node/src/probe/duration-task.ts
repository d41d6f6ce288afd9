import { createRecorder } from '@lightrun/core'
import type { OpenTimes } from './open-times.ts'
import { createSeriesFlush, type ReportSeries } from './series-report.ts'
import { type ProbeTask, settledAtOnce } from './task.ts'

export interface DurationTaskOptions {
  times: OpenTimes
  /** Whether every call passes `leave` in the end: then only that ends it, since a `finally` may change how. */
  hasLeave: boolean
  /** How a call that leaves without a word has ended: by an error from elsewhere, or a generator by being closed. */
  silentEnding: 'returned' | 'thrown'
  report: ReportSeries
}

/** One task for each kind of place in the function. */
export type DurationTasks = Record<'entry' | 'return' | 'throw' | 'leave', ProbeTask>

/** Measures calls of a function, apart by how they end. About 200 ns a call. */
export function createDurationTask({ times, hasLeave, silentEnding, report }: DurationTaskOptions): DurationTasks {
  const series = { returned: createRecorder(), thrown: createRecorder() }

  function exit(ending: 'returned' | 'thrown'): false | undefined {
    const time = times.latest()
    if (time === undefined) return false
    if (hasLeave) {
      time.ending = ending
      return false
    }
    series[ending].record(times.end(time))
    return undefined
  }
  function leave(): false | undefined {
    const time = times.latest()
    if (time === undefined) return false
    series[time.ending ?? silentEnding].record(times.end(time))
    return undefined
  }
  const task = (perform: () => false | undefined, flush = () => {}): ProbeTask => ({
    perform,
    flush,
    settled: settledAtOnce,
  })

  return {
    entry: task(
      () => {
        times.begin()
        return false
      },
      createSeriesFlush(series, report),
    ),
    return: task(() => exit('returned')),
    throw: task(() => exit('thrown')),
    leave: task(leave),
  }
}
