import { createRecorder } from '@lightrun/core'
import type { OpenTimes } from './open-times.ts'
import { createSeriesFlush, type ReportSeries } from './series-report.ts'
import { type ProbeTask, settledAtOnce } from './task.ts'

export interface TicTocTaskOptions {
  times: OpenTimes
  report: ReportSeries
}

/**
 * Measures from one line to another. A beginning whose end does not come counts for nothing, and so does an end
 * without a beginning.
 */
export function createTicTocTask({ times, report }: TicTocTaskOptions): { tic: ProbeTask; toc: ProbeTask } {
  const elapsed = createRecorder()
  return {
    tic: {
      perform() {
        times.begin()
        return false
      },
      flush() {},
      settled: settledAtOnce,
    },
    toc: {
      perform() {
        const time = times.latest()
        if (time === undefined) return false
        elapsed.record(times.end(time))
        return undefined
      },
      flush: createSeriesFlush({ elapsed }, report),
      settled: settledAtOnce,
    },
  }
}
