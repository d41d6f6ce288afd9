import type { ActionView, AgentStatus } from '@lightrun/core'
import { type Kysely, sql } from 'kysely'
import type { Presence } from '../agents/presence.ts'
import type { Clock } from '../clock.ts'
import { readSources } from '../sources/read-sources.ts'
import type { Database, RevisionPasses } from '../storage/database.ts'
import { type ActionRow, stateOf } from './action-state.ts'

/** Puts actions together with what agents said about them: three queries, however many actions, and one where a custom source is named. */
export interface ActionReader {
  views(on: Kysely<Database>, rows: readonly ActionRow[]): Promise<ActionView[]>
}

export function createActionReader({ clock, presence }: { clock: Clock; presence: Presence }): ActionReader {
  return {
    async views(on, rows) {
      const [first] = rows
      if (first === undefined) return []
      const sourceOf = await readSources(on, first.organisation_id, rows)
      const ids = rows.map((row) => row.id)
      const totals = await on
        .selectFrom('counts')
        // numeric: the totals of many agents can be more than int8 holds.
        .select(['action_id', sql<string>`sum(hits + passes)`.as('total')])
        .where('action_id', 'in', ids)
        .groupBy('action_id')
        .execute()
      const losses = await on
        .selectFrom('losses')
        .select(['action_id', 'reason', sql<string>`sum(count)`.as('count')])
        .where('action_id', 'in', ids)
        .groupBy(['action_id', 'reason'])
        .orderBy('reason')
        .execute()
      const statuses = await on
        .selectFrom('action_statuses')
        .innerJoin('agents', 'agents.id', 'action_statuses.agent_id')
        .select(['action_id', 'agent_id', 'display_name', 'info', 'last_seen_at_ms', 'at_ms', 'status', 'passes'])
        .where('action_id', 'in', ids)
        .orderBy('agents.created_at_ms')
        .orderBy('agent_id')
        .execute()
      const byAction = groupBy(statuses, (each) => each.action_id)
      const lossesByAction = groupBy(losses, (each) => each.action_id)
      const totalOf = new Map(totals.map((each) => [each.action_id, each.total]))
      const now = clock.now()

      return rows.map((row): ActionView => {
        return {
          id: row.id,
          revision: row.revision,
          source: sourceOf(row),
          ...row.definition,
          enabled: row.enabled,
          state: stateOf(row, now),
          createdAtMs: row.created_at_ms,
          expiresAtMs: row.expires_at_ms,
          ...(row.max_hits === null ? {} : { maxHits: row.max_hits }),
          ...(row.max_hits_per_agent === null ? {} : { maxHitsPerAgent: row.max_hits_per_agent }),
          ...(row.ignore_quota ? { ignoreQuota: true } : {}),
          hitCount: toCount(totalOf.get(row.id)),
          losses: (lossesByAction.get(row.id) ?? []).map(({ reason, count }) => ({ reason, count: toCount(count) })),
          agents: (byAction.get(row.id) ?? []).map(
            (each): AgentStatus => ({
              agentId: each.agent_id,
              displayName: each.display_name,
              ...(each.info.worker === undefined ? {} : { worker: each.info.worker }),
              connected: presence.isConnected({ id: each.agent_id, lastSeenAtMs: each.last_seen_at_ms }),
              atMs: each.at_ms,
              status: each.status,
              ...passesAt(row.revision, each.passes),
            }),
          ),
        }
      })
    },
  }
}

/** Those of an earlier revision say nothing about this one. */
function passesAt(revision: number, passes: RevisionPasses | null): Pick<AgentStatus, 'passes'> {
  if (passes?.revision !== revision) return {}
  const { revision: _, ...told } = passes
  return { passes: told }
}

function toCount(sum: string | undefined): number {
  return Math.min(Number(sum ?? 0), Number.MAX_SAFE_INTEGER)
}

/** `Map.groupBy`, which Node 20 lacks. */
function groupBy<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const each of all) {
    const group = groups.get(keyOf(each))
    if (group === undefined) groups.set(keyOf(each), [each])
    else group.push(each)
  }
  return groups
}
