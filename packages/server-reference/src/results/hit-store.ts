import type { HitList, HitView } from '@lightrun/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../storage/database.ts'

/** Hits a page, unless asked otherwise, and at most. A hit has up to 1 MiB, most have a few KiB. */
export const DEFAULT_HITS_PER_PAGE = 100
export const MAX_HITS_PER_PAGE = 1_000
/** Most bytes of hits in one page, so that a page of large snapshots does not fill the memory. The first is always sent. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024

export interface HitPageOptions {
  organisationId: string
  actionId?: string
  after: number
  limit: number
}

export interface HitStore {
  /** Oldest first. */
  page(options: HitPageOptions): Promise<HitList>
}

export function createHitStore(db: Kysely<Database>): HitStore {
  return {
    async page({ organisationId, actionId, after, limit }) {
      const rows = await db
        .with('page', (cte) =>
          cte
            .selectFrom('hits')
            .select(['id', 'action_id', 'agent_id', 'at_ms', 'data'])
            .select([
              sql<number>`sum(octet_length(data::text)) over (order by id)`.as('bytes_to_here'),
              sql<number>`row_number() over (order by id)`.as('place'),
            ])
            .where('organisation_id', '=', organisationId)
            .where('id', '>', after)
            .$if(actionId !== undefined, (query) => query.where('action_id', '=', actionId ?? ''))
            .orderBy('id')
            // One more tells whether there is a next page.
            .limit(limit + 1),
        )
        .selectFrom('page')
        .innerJoin('agents', 'agents.id', 'page.agent_id')
        .select(['page.id', 'page.action_id', 'page.agent_id', 'agents.display_name', 'page.at_ms', 'page.data'])
        .where((eb) => eb.or([eb('page.place', '=', 1), eb('page.bytes_to_here', '<=', MAX_PAGE_BYTES)]))
        .orderBy('page.id')
        .execute()
      const hits: HitView[] = rows.slice(0, limit).map((row) => ({
        id: row.id,
        actionId: row.action_id,
        agentId: row.agent_id,
        agentName: row.display_name,
        atMs: row.at_ms,
        data: row.data,
      }))
      const last = hits.at(-1)
      if (last === undefined) return { hits }
      // Fewer rows than asked for are the end, or a page that was full of bytes: then there may be more.
      const isEnd = rows.length <= limit && !(await hasMore(last.id))
      return isEnd ? { hits } : { hits, next: last.id }

      async function hasMore(id: number): Promise<boolean> {
        const more = await db
          .selectFrom('hits')
          .select('id')
          .where('organisation_id', '=', organisationId)
          .where('id', '>', id)
          .$if(actionId !== undefined, (query) => query.where('action_id', '=', actionId ?? ''))
          .limit(1)
          .executeTakeFirst()
        return more !== undefined
      }
    },
  }
}
