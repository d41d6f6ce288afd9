import { createRecorder } from '@lightrun/core'
import { explain, type SiteExpression } from './expressions.ts'
import { createSeriesFlush, type ReportSeries } from './series-report.ts'
import { type ProbeTask, settledAtOnce } from './task.ts'

export interface MetricTaskOptions {
  expression: SiteExpression
  /** Takes secrets out of text. */
  scrub: (text: string) => string
  report: ReportSeries
}

/** The least that can be the number of a card: the extremes of a distribution are values. */
const SMALLEST_CARD = 1e12

/** Adds numbers up in the process; only distributions travel. A pass costs the expression and about 50 ns. */
export function createMetricTask({ expression, scrub, report }: MetricTaskOptions): ProbeTask {
  const value = createRecorder()
  return {
    perform(args) {
      const outcome = expression(args)
      if (outcome.status !== 'value') return `the metric cannot be evaluated: ${explain(outcome)}`
      const number = typeof outcome.value === 'bigint' ? Number(outcome.value) : outcome.value
      if (typeof number !== 'number') return `the metric is not a number: it is of type ${typeof number}`
      if (!Number.isFinite(number)) return `the metric is not a finite number: it is ${number}`
      if ((number >= SMALLEST_CARD || number <= -SMALLEST_CARD) && isSecret(number, scrub)) {
        return 'the metric is not recorded: its value looks like a secret, and is redacted'
      }
      value.record(number)
      return undefined
    },
    flush: createSeriesFlush({ value }, report),
    settled: settledAtOnce,
  }
}

function isSecret(number: number, scrub: (text: string) => string): boolean {
  const text = `${number}`
  return scrub(text) !== text
}
