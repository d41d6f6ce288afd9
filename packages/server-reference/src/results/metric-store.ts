import {
  type Distribution,
  type MetricPointList,
  type MetricsView,
  mergeDistributions,
  type Series,
  type SeriesStatistics,
  summarize,
} from '@lightrun/core'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../storage/database.ts'

/** Points a page, unless asked otherwise, and at most: an hour of one agent at a point every five seconds. */
export const DEFAULT_POINTS_PER_PAGE = 720
export const MAX_POINTS_PER_PAGE = 5_000

export type Measurements = ReadonlyMap<Series, Distribution>

export interface MetricPointsOptions {
  actionId: string
  after: number
  limit: number
}

export interface MetricStore {
  view(actionId: string): Promise<MetricsView>
  /** Oldest first. */
  points(options: MetricPointsOptions): Promise<MetricPointList>
}

export function createMetricStore(db: Kysely<Database>): MetricStore {
  return {
    async view(actionId) {
      const rows = await db
        .selectFrom('metrics')
        .innerJoin('agents', 'agents.id', 'metrics.agent_id')
        .select(['agent_id', 'display_name', 'series', 'distribution'])
        .where('action_id', '=', actionId)
        .orderBy('agents.created_at_ms')
        .orderBy('agent_id')
        .execute()
      const total = new Map<Series, Distribution>()
      const agents = new Map<string, { agentName: string; series: Map<Series, Distribution> }>()
      for (const { agent_id, display_name, series, distribution } of rows) {
        add(total, series, distribution)
        const agent = agents.get(agent_id) ?? { agentName: display_name, series: new Map() }
        add(agent.series, series, distribution)
        agents.set(agent_id, agent)
      }
      return {
        total: toStatistics(total),
        agents: [...agents].map(([agentId, { agentName, series }]) => ({
          agentId,
          agentName,
          series: toStatistics(series),
        })),
      }
    },

    async points({ actionId, after, limit }) {
      const rows = await db
        .selectFrom('metric_points')
        .innerJoin('agents', 'agents.id', 'metric_points.agent_id')
        .select(['metric_points.id', 'agent_id', 'display_name', 'at_ms', 'series'])
        .where('action_id', '=', actionId)
        .where('metric_points.id', '>', after)
        .orderBy('metric_points.id')
        // One more tells whether there is a next page.
        .limit(limit + 1)
        .execute()
      const points = rows.slice(0, limit).map((row) => ({
        id: row.id,
        agentId: row.agent_id,
        agentName: row.display_name,
        atMs: row.at_ms,
        series: row.series,
      }))
      const last = points.at(-1)
      return rows.length <= limit || last === undefined ? { points } : { points, next: last.id }
    },
  }
}

/** Adds what an agent measured to its totals, and keeps it as a point in time. Under the lock of the organisation's ingestion. */
export async function addMeasurements(
  trx: Transaction<Database>,
  of: { organisation_id: string; action_id: string; agent_id: string },
  atMs: number,
  measured: Measurements,
): Promise<void> {
  for (const [series, came] of measured) {
    const before = await trx
      .selectFrom('metrics')
      .select('distribution')
      .where('action_id', '=', of.action_id)
      .where('agent_id', '=', of.agent_id)
      .where('series', '=', series)
      .executeTakeFirst()
    const distribution = JSON.stringify(mergeDistributions(before?.distribution, came))
    await trx
      .insertInto('metrics')
      .values({ ...of, series, distribution })
      .onConflict((conflict) => conflict.columns(['action_id', 'agent_id', 'series']).doUpdateSet({ distribution }))
      .execute()
  }
  const point = { ...of, at_ms: atMs, series: JSON.stringify(toStatistics(measured)) }
  if (measured.size > 0) await trx.insertInto('metric_points').values(point).execute()
}

export function toStatistics(measured: Measurements): SeriesStatistics {
  return Object.fromEntries([...measured].map(([series, distribution]) => [series, summarize(distribution)]))
}

function add(to: Map<Series, Distribution>, series: Series, came: Distribution): void {
  to.set(series, mergeDistributions(to.get(series), came))
}
