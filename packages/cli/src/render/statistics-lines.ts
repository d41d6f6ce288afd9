import type { MetricsView, Series, SeriesStatistics, Statistics } from '@lightrun/core'
import { bold, dim, type Line } from '../output/line.ts'

/** What a series is called, and in which unit its figures are. */
const SERIES_TEXT: Record<Series, { name: string; unit: string }> = {
  value: { name: '', unit: '' },
  elapsed: { name: '', unit: ' ms' },
  returned: { name: 'returned', unit: ' ms' },
  thrown: { name: 'threw', unit: ' ms' },
}
const DETAIL = ['mean', 'stddev', 'min', 'p50', 'p75', 'p95', 'p98', 'p99', 'p999', 'max'] as const

/** `n 42  mean 3.1 ms  p50 2.9 ms  p99 9.8 ms  max 10.2 ms`, for each series; one phrase when there is none. */
export function statisticsText(series: SeriesStatistics): Line {
  const parts = entriesOf(series).map(([name, { count, mean, p50, p99, max }]): string => {
    const { name: called, unit } = SERIES_TEXT[name]
    const figures = Object.entries({ mean, p50, p99, max }).map(([what, value]) => `${what} ${figure(value)}${unit}`)
    return [...(called === '' ? [] : [called]), `n ${count}`, ...figures].join('  ')
  })
  return [parts.length === 0 ? dim('nothing was measured') : parts.join('   ')]
}

/** All figures, together and, when there are several, by agent. */
export function metricsLines({ total, agents }: MetricsView): Line[] {
  const byAgent = agents.length > 1 ? agents.flatMap(({ agentName, series }) => detail(series, agentName)) : []
  const all = detail(total, agents.length > 1 ? 'all agents' : '')
  return all.length === 0 ? [[dim('nothing was measured yet')]] : [...all, ...byAgent]
}

function detail(series: SeriesStatistics, agentName: string): Line[] {
  return entriesOf(series).map(([name, statistics]): Line => {
    const { name: called, unit } = SERIES_TEXT[name]
    const title = [agentName, called].filter((text) => text !== '').join(' ')
    const figures = DETAIL.map((what) => `${what} ${figure(statistics[what])}${unit}`).join('  ')
    return [title === '' ? '' : `${title}  `, bold(`n ${statistics.count}`), `  ${figures}`]
  })
}

const entriesOf = (series: SeriesStatistics) => Object.entries(series) as [Series, Statistics][]

/** Four digits tell enough: percentiles are within one percent. */
function figure(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e9)) return value.toExponential(2)
  return String(Number(value.toPrecision(magnitude >= 1_000 ? 7 : 4)))
}
