import { bindsTo } from '@lightrun/core'
import type { Kysely } from 'kysely'
import { readSources } from '../sources/read-sources.ts'
import type { SourceColumns } from '../sources/source-columns.ts'
import type { Database } from '../storage/database.ts'
import type { IngestingAgent } from './take-agent.ts'

/**
 * Those of these actions about which an agent is believed: they are for it, or it has reported on them before. The
 * latter is so where a custom source came to mean other agents while the last words of this one were under way.
 */
export async function boundActions<Row extends SourceColumns & { id: string }>(
  on: Kysely<Database>,
  agent: IngestingAgent,
  actions: readonly Row[],
): Promise<Row[]> {
  const sourceOf = await readSources(on, agent.organisationId, actions)
  const others = actions.filter((action) => !bindsTo(sourceOf(action), agent)).map(({ id }) => id)
  if (others.length === 0) return [...actions]
  const reported = await on
    .selectFrom('action_statuses')
    .select('action_id')
    .where('agent_id', '=', agent.id)
    .where('action_id', 'in', others)
    .execute()
  const unbound = new Set(others)
  for (const { action_id } of reported) unbound.delete(action_id)
  return actions.filter(({ id }) => !unbound.has(id))
}
