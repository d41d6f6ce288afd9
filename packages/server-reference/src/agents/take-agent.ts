import { LightrunError, type UpFrame, type WorkerInfo } from '@lightrun/core'
import type { Transaction } from 'kysely'
import type { PoolIdentity } from '../keys/key-store.ts'
import type { Database } from '../storage/database.ts'

export interface IngestingAgent {
  id: string
  organisationId: string
  displayName: string
  tags: readonly string[]
  lastSeq: number
  worker: WorkerInfo | undefined
}

/**
 * Locks the frame's agent until the commit, so that its frames are stored one after the other, and registers it with
 * a hello. `stateChanged`: the agent goes by another name or tags now, so other actions are for it.
 *
 * @throws LightrunError `agent_unknown`, or `unauthorized` for an agent of another pool.
 */
export async function takeAgent(
  trx: Transaction<Database>,
  pool: PoolIdentity,
  { agentId, hello }: UpFrame,
  nowMs: number,
): Promise<{ agent: IngestingAgent; stateChanged: boolean }> {
  if (hello !== undefined) {
    await trx
      .insertInto('agents')
      .values({
        id: agentId,
        organisation_id: pool.organisationId,
        pool_id: pool.poolId,
        display_name: hello.displayName,
        tags: hello.tags,
        info: JSON.stringify(hello),
        last_seq: 0,
        last_seen_at_ms: nowMs,
        created_at_ms: nowMs,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const row = await trx.selectFrom('agents').selectAll().where('id', '=', agentId).forUpdate().executeTakeFirst()
  if (row === undefined) {
    throw new LightrunError('agent_unknown', 'this agent has not registered here; send the frame with a hello')
  }
  if (row.pool_id !== pool.poolId) {
    throw new LightrunError('unauthorized', 'this agent registered with the key of another pool')
  }
  const { worker } = hello ?? row.info
  const agent = { id: row.id, organisationId: row.organisation_id, lastSeq: row.last_seq, worker }
  if (hello === undefined || JSON.stringify(hello) === JSON.stringify(row.info)) {
    return { agent: { ...agent, displayName: row.display_name, tags: row.tags }, stateChanged: false }
  }
  const { displayName, tags } = hello
  await trx
    .updateTable('agents')
    .set({ display_name: displayName, tags, info: JSON.stringify(hello) })
    .where('id', '=', agentId)
    .execute()
  const isSame = displayName === row.display_name && JSON.stringify(tags) === JSON.stringify(row.tags)
  return { agent: { ...agent, displayName, tags }, stateChanged: !isSame }
}
