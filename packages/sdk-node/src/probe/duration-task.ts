import { createRecorder } from '@lightrun/core'
import type { OpenTime, OpenTimes } from './open-times.ts'
import { createSeriesFlush, type ReportSeries } from './series-report.ts'
import { type ProbeTask, settledAtOnce } from './task.ts'

export interface DurationTaskOptions {
  times: OpenTimes
  /** Whether every call passes `leave` in the end: then only that ends it, since a `finally` may change how. */
  hasLeave: boolean
  /** How a call that leaves without a word has ended: by an error from elsewhere, or a generator by being closed. */
  silentEnding: 'returned' | 'thrown'
  report: ReportSeries
  /** Where a call can end without passing any of the places: how many have, since the last flush, which comes between calls. */
  onUnseen?: ((calls: number) => void) | undefined
}

/** One task for each kind of place in the function. */
export type DurationTasks = Record<'entry' | 'return' | 'throw' | 'leave', ProbeTask>

/** Measures calls of a function, apart by how they end. About 200 ns a call. */
export function createDurationTask({
  times,
  hasLeave,
  silentEnding,
  report,
  onUnseen,
}: DurationTaskOptions): DurationTasks {
  const series = { returned: createRecorder(), thrown: createRecorder() }

  let open = 0

  function close(time: OpenTime, ending: 'returned' | 'thrown'): void {
    open--
    series[ending].record(times.end(time))
  }
  function exit(ending: 'returned' | 'thrown'): false | undefined {
    const time = times.latest()
    if (time === undefined) return false
    if (hasLeave) {
      time.ending = ending
      return false
    }
    close(time, ending)
    return undefined
  }
  function leave(): false | undefined {
    const time = times.latest()
    if (time === undefined) return false
    close(time, time.ending ?? silentEnding)
    return undefined
  }
  const task = (perform: () => false | undefined, flush: ProbeTask['flush'] = () => {}): ProbeTask => ({
    perform,
    flush,
    settled: settledAtOnce,
  })

  const flushSeries = createSeriesFlush(series, report)
  function flush(isEarly?: boolean): void {
    if (open > 0) onUnseen?.(open)
    open = 0
    flushSeries(isEarly)
  }

  return {
    entry: task(() => {
      open++
      times.begin()
      return false
    }, flush),
    return: task(() => exit('returned')),
    throw: task(() => exit('thrown')),
    leave: task(leave),
  }
}
