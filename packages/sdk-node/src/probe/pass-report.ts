import type { Passes } from '@lightrun/core'
import { type ProbeCounts, passesOf } from './probe.ts'

/** Flushes, about a second each, from one report to the next: somebody who waits for a hit looks every few seconds. */
export const FLUSHES_PER_REPORT = 3

export interface PassReport {
  /** Called about every second. Tells the totals when they changed, and once that there is nothing yet. */
  flush(): void
  /** Tells what was not told yet. */
  finish(): void
}

/** What became of the passes over a probe: for whoever wonders why there is no hit. */
export function createPassReport(counts: Readonly<ProbeCounts>, report: (passes: Passes) => void): PassReport {
  let told = -1
  let flushes = 0

  function tell(): void {
    const passes = passesOf(counts)
    if (passes === told) return
    told = passes
    const { conditionFalse, conditionFailed, throttled } = counts
    report({ passes, conditionFalse, conditionFailed, throttled })
  }

  return {
    flush() {
      if (flushes++ % FLUSHES_PER_REPORT === 0) tell()
    },
    finish: tell,
  }
}
