import type { Distribution, Recorder, Series } from '@lightrun/core'
import type { ProbeTask } from './task.ts'

/** What was measured since the last time; empty when nothing was. */
export type ReportSeries = (series: Partial<Record<Series, Distribution>>) => void

/** Silence longer than this many flushes, about a second each, would look like an agent that is gone. */
export const MAX_SILENT_FLUSHES = 5

/** The `flush` of a measurement: tells what there is at once, and from time to time, unless it is early, that there is nothing. */
export function createSeriesFlush(
  recorders: Partial<Record<Series, Recorder>>,
  report: ReportSeries,
): ProbeTask['flush'] {
  let silent = 0
  return (isEarly = false) => {
    const series: Partial<Record<Series, Distribution>> = {}
    for (const [name, recorder] of Object.entries(recorders)) {
      const measured = recorder.take()
      if (measured !== undefined) series[name as Series] = measured
    }
    const isSilent = Object.keys(series).length === 0
    if (isSilent && isEarly) return
    silent = isSilent ? silent + 1 : 0
    if (silent % MAX_SILENT_FLUSHES === 0) report(series)
  }
}
