import type { HitReport, StreamEvent } from '@lightrun/core'
import { sql, type Transaction } from 'kysely'
import { addMeasurements, type Measurements, toStatistics } from '../results/metric-store.ts'
import type { Database } from '../storage/database.ts'
import type { Admitted } from './admit.ts'
import type { IngestingAgent } from './take-agent.ts'
import type { ActionTally } from './tally.ts'

/** int8 holds more, JavaScript's numbers do not: totals saturate. */
const MAX_TOTAL = Number.MAX_SAFE_INTEGER

/** Collects what a frame brings and writes it with one statement per table. */
export interface ReportWriter {
  add(actionId: string, news: ActionTally, admitted: Admitted): void
  /** Resolves to the events for the stream, which are true after the commit. */
  write(trx: Transaction<Database>): Promise<StreamEvent[]>
}

export function createReportWriter(agent: IngestingAgent): ReportWriter {
  const ofAgent = { organisation_id: agent.organisationId, agent_id: agent.id }
  const worker = agent.worker === undefined ? {} : { worker: agent.worker }
  const hits: HitReport[] = []
  const counts: { action_id: string; hits: number; passes: number; atMs: number }[] = []
  const measured: { action_id: string; atMs: number; series: Measurements }[] = []
  const losses: (Database['losses'] & { atMs: number })[] = []
  const passes: { action_id: string; passes: string }[] = []
  const statuses: { action_id: string; atMs: number; status: NonNullable<ActionTally['status']>['status'] }[] = []

  return {
    add(actionId, news, admitted) {
      hits.push(...admitted.hits)
      if (admitted.hits.length > 0 || admitted.passes > 0) {
        counts.push({ action_id: actionId, hits: admitted.hits.length, passes: admitted.passes, atMs: news.atMs })
      }
      if (admitted.series !== undefined) {
        measured.push({ action_id: actionId, atMs: news.atMs, series: admitted.series })
      }
      for (const [reason, count] of admitted.losses) {
        losses.push({ ...ofAgent, action_id: actionId, reason, count, atMs: news.atMs })
      }
      if (news.status !== undefined) statuses.push({ action_id: actionId, ...news.status })
      if (news.probePasses !== undefined) {
        passes.push({ action_id: actionId, passes: JSON.stringify(news.probePasses) })
      }
    },

    async write(trx) {
      const events: StreamEvent[] = []
      const ids = await insertHits(trx, agent, hits)
      hits.forEach((hit, index) => {
        const id = ids[index]
        if (id === undefined) throw new Error('the database returned fewer ids than hits were stored')
        const { actionId, atMs, data } = hit
        const view = { id, actionId, agentId: agent.id, agentName: agent.displayName, atMs, data }
        events.push({ kind: 'hit', hit: view })
      })
      for (const { action_id, hits, passes, atMs } of counts) {
        const { total } = await trx
          .insertInto('counts')
          .values({ ...ofAgent, action_id, hits, passes })
          .onConflict((conflict) =>
            conflict.columns(['action_id', 'agent_id']).doUpdateSet({
              hits: sql<number>`counts.hits + excluded.hits`,
              passes: sql<number>`least(counts.passes + excluded.passes, ${MAX_TOTAL}::int8)`,
            }),
          )
          .returning('passes as total')
          .executeTakeFirstOrThrow()
        if (passes === 0 || measured.some((each) => each.action_id === action_id)) continue
        const at = { agentId: agent.id, agentName: agent.displayName, atMs }
        events.push({ kind: 'count', actionId: action_id, ...at, count: passes, total })
      }
      for (const { action_id, atMs, series } of measured) {
        await addMeasurements(trx, { ...ofAgent, action_id }, atMs, series)
        const at = { agentId: agent.id, agentName: agent.displayName, atMs }
        events.push({ kind: 'metric', actionId: action_id, ...at, series: toStatistics(series) })
      }
      for (const { atMs, ...loss } of losses) {
        await trx
          .insertInto('losses')
          .values(loss)
          .onConflict((conflict) =>
            conflict.columns(['action_id', 'agent_id', 'reason']).doUpdateSet({
              count: sql<number>`least(losses.count + excluded.count, ${MAX_TOTAL}::int8)`,
            }),
          )
          .execute()
        const { action_id: actionId, reason, count } = loss
        events.push({ kind: 'loss', actionId, agentId: agent.id, atMs, reason, count })
      }
      for (const { action_id, atMs, status } of statuses) {
        const values = { at_ms: atMs, status: JSON.stringify(status) }
        await trx
          .insertInto('action_statuses')
          .values({ ...ofAgent, action_id, ...values })
          .onConflict((conflict) => conflict.columns(['action_id', 'agent_id']).doUpdateSet(values))
          .execute()
        const said = { agentId: agent.id, displayName: agent.displayName, ...worker, connected: true, atMs, status }
        events.push({ kind: 'status', actionId: action_id, agent: said })
      }
      for (const { action_id, passes: told } of passes) {
        // Whoever tells of passes has told a status before.
        await trx
          .updateTable('action_statuses')
          .set({ passes: told })
          .where('action_id', '=', action_id)
          .where('agent_id', '=', agent.id)
          .execute()
      }
      return events
    },
  }
}

/** One statement for all: `unnest` keeps the number of parameters at three columns. Ids in the order of the hits. */
async function insertHits(
  trx: Transaction<Database>,
  agent: IngestingAgent,
  hits: readonly HitReport[],
): Promise<number[]> {
  if (hits.length === 0) return []
  const { rows } = await sql<{ id: number }>`
    insert into hits (organisation_id, agent_id, action_id, at_ms, data)
    select ${agent.organisationId}, ${agent.id}, action_id, at_ms::int8, data::json
    from unnest(
      ${hits.map((hit) => hit.actionId)}::text[],
      ${hits.map((hit) => String(hit.atMs))}::text[],
      ${hits.map((hit) => JSON.stringify(hit.data))}::text[]
    ) with ordinality as report (action_id, at_ms, data, place)
    order by place
    returning id`.execute(trx)
  return rows.map(({ id }) => id).sort((a, b) => a - b)
}
