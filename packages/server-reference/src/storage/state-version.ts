import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'

/**
 * Moves an organisation to its next desired state, in the transaction of the change; the row stays locked until the
 * commit, so versions become visible in their order. Lock order everywhere: agent, ingest lock, actions, organisation.
 *
 * The version follows the clock where it can: a database restored from a backup does not hand out a version twice,
 * and a recreated one starts above what its agents have seen.
 */
export async function bumpStateVersion(trx: Kysely<Database>, organisationId: string, nowMs: number): Promise<number> {
  const { state_version } = await trx
    .updateTable('organisations')
    .set({ state_version: sql<number>`greatest(state_version + 1, ${nowMs}::int8)` })
    .where('id', '=', organisationId)
    .returning('state_version')
    .executeTakeFirstOrThrow()
  return state_version
}
