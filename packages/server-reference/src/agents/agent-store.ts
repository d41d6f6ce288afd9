import type { AgentView } from '@lightrun/core'
import type { Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../storage/database.ts'
import { AGENT_LISTED_MS, WORKER_LISTED_MS } from './limits.ts'
import type { Presence } from './presence.ts'

export interface AgentStore {
  /** Seen within `AGENT_LISTED_MS`, worker threads within `WORKER_LISTED_MS`; the latest start first. */
  list(organisationId: string): Promise<AgentView[]>
}

export function createAgentStore(options: { db: Kysely<Database>; clock: Clock; presence: Presence }): AgentStore {
  const { db, clock, presence } = options
  return {
    async list(organisationId) {
      const rows = await db
        .selectFrom('agents')
        .innerJoin('pools', 'pools.id', 'agents.pool_id')
        .select(['agents.id', 'agents.info', 'agents.last_seen_at_ms', 'pools.name as pool'])
        .where('agents.organisation_id', '=', organisationId)
        .where('agents.last_seen_at_ms', '>', clock.now() - AGENT_LISTED_MS)
        .orderBy('agents.created_at_ms', 'desc')
        .orderBy('agents.id')
        .execute()
      const views = rows.map(({ id, info, last_seen_at_ms, pool }) => ({
        id,
        pool,
        connected: presence.isConnected({ id, lastSeenAtMs: last_seen_at_ms }),
        lastSeenAtMs: presence.isPolling(id) ? clock.now() : last_seen_at_ms,
        ...info,
      }))
      const workersSince = clock.now() - WORKER_LISTED_MS
      return views.filter(
        ({ worker, connected, lastSeenAtMs }) => worker === undefined || connected || lastSeenAtMs > workersSince,
      )
    },
  }
}
