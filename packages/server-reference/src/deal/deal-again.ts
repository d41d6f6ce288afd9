import { sql, type Transaction } from 'kysely'
import type { Database } from '../storage/database.ts'

/**
 * An action is dealt out again this often at most: each deal is a new desired state, which goes to every agent of the
 * organisation. Agents ask every second.
 */
export const MIN_DEAL_INTERVAL_MS = 500

/** Deals these actions out again, for agents that ask. Resolves to whether that made a new desired state. */
export async function dealAgain(trx: Transaction<Database>, ids: readonly string[], nowMs: number): Promise<boolean> {
  if (ids.length === 0) return false
  const dealt = await trx
    .updateTable('actions')
    .set({ dealt_at_ms: sql<number>`greatest(dealt_at_ms + 1, ${nowMs}::int8)` })
    .where('id', 'in', ids)
    .where('max_hits', 'is not', null)
    .where('ended_at_ms', 'is', null)
    .where('dealt_at_ms', '<=', nowMs - MIN_DEAL_INTERVAL_MS)
    .returning('id')
    .execute()
  return dealt.length > 0
}
