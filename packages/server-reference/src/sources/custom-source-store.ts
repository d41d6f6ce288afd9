import { type AgentSet, type CustomSourceView, LightrunError } from '@lightrun/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../storage/database.ts'
import type { StateChanges } from '../storage/state-changes.ts'
import { bumpStateVersion } from '../storage/state-version.ts'
import { transact } from '../storage/transact.ts'
import { MAX_CUSTOM_SOURCES, MAX_NAMED_ACTIONS } from './limits.ts'
import { customNames, sourceColumns, storedAgentSet, storedSource } from './source-columns.ts'

/** Named sets of agents. Actions are for the name, so a change moves them to other agents. */
export interface CustomSourceStore {
  /** By name. */
  list(organisationId: string): Promise<CustomSourceView[]>
  /** New, or instead of what it stood for. @throws LightrunError `limit_invalid`. */
  save(organisationId: string, name: string, source: AgentSet): Promise<CustomSourceView>
  /** @throws LightrunError `source_unknown`; `source_in_use`, with the actions that are for it and not over. */
  delete(organisationId: string, name: string): Promise<void>
}

export interface CustomSourceStoreOptions {
  db: Kysely<Database>
  clock: Clock
  changes: StateChanges
}

export function createCustomSourceStore({ db, clock, changes }: CustomSourceStoreOptions): CustomSourceStore {
  return {
    async list(organisationId) {
      const rows = await db
        .selectFrom('custom_sources')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .orderBy('name')
        .execute()
      return rows.map(viewOf)
    },

    async save(organisationId, name, source) {
      const view = await transact(db, async (trx) => {
        const now = clock.now()
        // Locks the organisation: what follows is exact, and actions for this name are dealt by the new version.
        await bumpStateVersion(trx, organisationId, now)
        const saved = await trx
          .insertInto('custom_sources')
          .values({
            organisation_id: organisationId,
            name,
            ...sourceColumns(source),
            created_at_ms: now,
            changed_at_ms: now,
          })
          .onConflict((conflict) =>
            conflict.columns(['organisation_id', 'name']).doUpdateSet({ ...sourceColumns(source), changed_at_ms: now }),
          )
          .returningAll()
          .executeTakeFirstOrThrow()
        const { count } = await trx
          .selectFrom('custom_sources')
          .select(sql<number>`count(*)`.as('count'))
          .where('organisation_id', '=', organisationId)
          .executeTakeFirstOrThrow()
        if (count <= MAX_CUSTOM_SOURCES) return viewOf(saved)
        throw new LightrunError(
          'limit_invalid',
          `there are as many custom sources as there may be (${MAX_CUSTOM_SOURCES}); remove some`,
        )
      })
      changes.publish(organisationId)
      return view
    },

    async delete(organisationId, name) {
      await transact(db, async (trx) => {
        const now = clock.now()
        await bumpStateVersion(trx, organisationId, now)
        const actions = await liveActionsFor(trx, organisationId, name, now)
        if (actions.length > 0) {
          throw new LightrunError(
            'source_in_use',
            `${actions.length === 1 ? 'an action is' : `${actions.length} actions are`} for ${name}; remove ${actions.length === 1 ? 'it' : 'them'} first`,
            { details: { actions: actions.slice(0, MAX_NAMED_ACTIONS) } },
          )
        }
        const { numDeletedRows } = await trx
          .deleteFrom('custom_sources')
          .where('organisation_id', '=', organisationId)
          .where('name', '=', name)
          .executeTakeFirst()
        if (numDeletedRows === 0n) throw new LightrunError('source_unknown', `there is no custom source ${name}`)
      })
    },
  }
}

/** Disabled ones too: they can be switched on again. */
async function liveActionsFor(
  on: Kysely<Database>,
  organisationId: string,
  name: string,
  nowMs: number,
): Promise<string[]> {
  const rows = await on
    .selectFrom('actions')
    .select(['id', 'source_kind', 'source_value'])
    .where('organisation_id', '=', organisationId)
    .where('source_kind', 'in', ['custom', 'any', 'all'])
    .where('ended_at_ms', 'is', null)
    .where('expires_at_ms', '>', nowMs)
    .orderBy('created_at_ms')
    .orderBy('id')
    .execute()
  return rows.filter((row) => customNames(storedSource(row)).includes(name)).map(({ id }) => id)
}

function viewOf(row: Selectable<Database['custom_sources']>): CustomSourceView {
  return {
    name: row.name,
    source: storedAgentSet(row),
    createdAtMs: row.created_at_ms,
    changedAtMs: row.changed_at_ms,
  }
}
