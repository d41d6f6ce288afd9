import * as z from 'zod/mini'
import { Series } from '../model/report.ts'
import { Statistics } from '../statistics/statistics.ts'

/** Figures by what was measured; a series that nothing was measured of is absent. */
export const SeriesStatistics = z.partialRecord(Series, Statistics)
export type SeriesStatistics = z.infer<typeof SeriesStatistics>

/** Answer of `GET /api/v1/actions/:id/metrics`: since the action was made, together and by agent. */
export const MetricsView = z.object({
  total: SeriesStatistics,
  agents: z.array(z.object({ agentId: z.string(), agentName: z.string(), series: SeriesStatistics })),
})
export type MetricsView = z.infer<typeof MetricsView>

/** What one agent measured in the seconds before `atMs` of its clock. */
export const MetricPoint = z.object({
  /** Grows in the order of storage; the cursor of `?after=`. */
  id: z.int(),
  agentId: z.string(),
  agentName: z.string(),
  atMs: z.int(),
  series: SeriesStatistics,
})
export type MetricPoint = z.infer<typeof MetricPoint>

/** Answer of `GET /api/v1/actions/:id/metrics/points`, oldest first. `next` is the `after` of the following page. */
export const MetricPointList = z.object({ points: z.array(MetricPoint), next: z.optional(z.int()) })
export type MetricPointList = z.infer<typeof MetricPointList>
