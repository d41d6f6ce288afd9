import { LightrunError, MAX_REPORTS_PER_FRAME, type StreamEvent, type UpFrame } from '@lightrun/core'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { dealAgain } from '../deal/deal-again.ts'
import type { PoolIdentity } from '../keys/key-store.ts'
import type { ResultHub } from '../results/result-hub.ts'
import type { Database } from '../storage/database.ts'
import type { StateChanges } from '../storage/state-changes.ts'
import { bumpStateVersion } from '../storage/state-version.ts'
import { transact } from '../storage/transact.ts'
import { admit } from './admit.ts'
import { boundActions } from './bound-actions.ts'
import { createReportWriter } from './report-writer.ts'
import { type IngestingAgent, takeAgent } from './take-agent.ts'
import { type ActionTally, tally } from './tally.ts'

export interface IngestOptions {
  db: Kysely<Database>
  clock: Clock
  changes: StateChanges
  results: ResultHub
  log: Logger
}

/**
 * Stores one frame, all of it or nothing, and each report once. Resolves after the commit.
 *
 * @throws LightrunError `agent_unknown`, `unauthorized` or `frame_invalid`.
 */
export type Ingest = (pool: PoolIdentity, frame: UpFrame) => Promise<void>

/** What one frame did. */
interface Outcome {
  events: StreamEvent[]
  stateChanged: boolean
  /** Reports about actions that are gone, or never were this agent's. */
  dropped: number
}

export function createIngest({ db, clock, changes, results, log }: IngestOptions): Ingest {
  return async (pool, frame) => {
    checkFrame(frame)
    const { events, stateChanged, dropped } = await transact(db, (trx) => store(trx, pool, frame, clock.now()))
    if (stateChanged) changes.publish(pool.organisationId)
    results.publish(pool.organisationId, events)
    if (dropped > 0) log.info({ agentId: frame.agentId, dropped }, 'dropped reports about unknown actions')
  }
}

/** Beyond the schema: what the database cannot hold. Such a frame would otherwise be sent again for ever. */
function checkFrame({ first, hello }: UpFrame): void {
  if (first > Number.MAX_SAFE_INTEGER - MAX_REPORTS_PER_FRAME) {
    throw new LightrunError('frame_invalid', 'not a frame of ours: first is beyond every sequence')
  }
  if (hello !== undefined && JSON.stringify(hello).includes('\\u0000')) {
    throw new LightrunError('frame_invalid', 'not a frame of ours: hello holds the character U+0000')
  }
}

async function store(trx: Transaction<Database>, pool: PoolIdentity, frame: UpFrame, nowMs: number): Promise<Outcome> {
  const { agent, stateChanged: helloChanged } = await takeAgent(trx, pool, frame, nowMs)
  const news = tally(frame, agent.lastSeq)
  const outcome: Outcome = { events: [], stateChanged: helloChanged, dropped: 0 }
  if (news.size > 0) await storeNews(trx, agent, news, nowMs, outcome)
  await trx
    .updateTable('agents')
    .set({
      last_seen_at_ms: nowMs,
      last_seq: Math.max(agent.lastSeq, frame.first + frame.reports.length - 1),
    })
    .where('id', '=', agent.id)
    .execute()
  if (outcome.stateChanged) await bumpStateVersion(trx, agent.organisationId, nowMs)
  return outcome
}

async function storeNews(
  trx: Transaction<Database>,
  agent: IngestingAgent,
  news: ReadonlyMap<string, ActionTally>,
  nowMs: number,
  outcome: Outcome,
): Promise<void> {
  if ([...news.values()].some(({ hits, passes, series }) => hits.length > 0 || passes > 0 || series !== undefined)) {
    // Hit ids are cursors: one writer per organisation at a time, so that they become visible in their order and no
    // reader passes one that is not there yet. Also keeps the hit limits exact, and the totals of measurements.
    await sql`select pg_advisory_xact_lock(hashtextextended(${agent.organisationId}, 0))`.execute(trx)
  }
  const actions = await trx
    .selectFrom('actions')
    .select(['id', 'source_kind', 'source_value', 'definition', 'max_hits', 'max_hits_per_agent', 'ended_at_ms'])
    .where('organisation_id', '=', agent.organisationId)
    .where(sql<boolean>`id = any(${[...news.keys()].filter((id) => !id.includes('\0'))}::text[])`)
    .orderBy('id')
    // They stay until the commit: a deletion waits.
    .forKeyShare()
    .execute()
  const soFar = await countSoFar(
    trx,
    agent.id,
    actions.filter((each) => each.max_hits !== null || each.max_hits_per_agent !== null).map(({ id }) => id),
  )
  const writer = createReportWriter(agent)
  const ended: string[] = []
  const asking: string[] = []
  let known = 0
  for (const action of await boundActions(trx, agent, actions)) {
    const ofAction = news.get(action.id)
    if (ofAction === undefined) continue
    const admitted = admit(ofAction, {
      task: action.definition.task,
      maxHits: action.max_hits,
      soFar: soFar.get(action.id)?.total ?? 0,
      maxHitsPerAgent: action.max_hits_per_agent,
      soFarOfAgent: soFar.get(action.id)?.ofAgent ?? 0,
      hasEnded: action.ended_at_ms !== null,
    })
    if (admitted === undefined) continue
    known += ofAction.reports
    writer.add(action.id, ofAction, admitted)
    if (admitted.ends) ended.push(action.id)
    else if (ofAction.status?.status.state === 'waiting') asking.push(action.id)
  }
  outcome.dropped = [...news.values()].reduce((all, { reports }) => all + reports, 0) - known
  outcome.events = await writer.write(trx)
  if (ended.length > 0) {
    await trx.updateTable('actions').set({ ended_at_ms: nowMs }).where('id', 'in', ended).execute()
    outcome.stateChanged = true
  }
  if (await dealAgain(trx, asking, nowMs)) outcome.stateChanged = true
}

interface SoFar {
  total: number
  ofAgent: number
}

async function countSoFar(
  trx: Transaction<Database>,
  agentId: string,
  ids: readonly string[],
): Promise<Map<string, SoFar>> {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('counts')
    .select([
      'action_id',
      sql<number>`sum(hits + passes)::int8`.as('total'),
      sql<number>`coalesce(sum(hits + passes) filter (where agent_id = ${agentId}), 0)::int8`.as('ofAgent'),
    ])
    .where('action_id', 'in', ids)
    .groupBy('action_id')
    .execute()
  return new Map(rows.map(({ action_id, total, ofAgent }) => [action_id, { total, ofAgent }]))
}
