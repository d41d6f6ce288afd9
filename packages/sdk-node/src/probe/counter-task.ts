import { type ProbeTask, settledAtOnce } from './task.ts'

/** Counts in the process; only differences travel. A pass costs an increment. */
export function createCounterTask(report: (count: number) => void): ProbeTask {
  let count = 0
  return {
    perform() {
      count++
      return undefined
    },
    flush() {
      if (count === 0) return
      report(count)
      count = 0
    },
    settled: settledAtOnce,
  }
}
