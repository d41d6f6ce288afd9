import { createHash } from 'node:crypto'
import { type ActionPatch, type ActionView, LightrunError, type NewAction, type Source } from '@lightrun/core'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Presence } from '../agents/presence.ts'
import type { Clock } from '../clock.ts'
import { createId } from '../keys/key.ts'
import type { Permitted } from '../keys/permissions.ts'
import { checkCustomSources } from '../sources/read-sources.ts'
import { sourceColumns } from '../sources/source-columns.ts'
import type { ActionDefinition, Database } from '../storage/database.ts'
import type { StateChanges } from '../storage/state-changes.ts'
import { bumpStateVersion } from '../storage/state-version.ts'
import { transact } from '../storage/transact.ts'
import { createActionReader } from './action-reader.ts'
import { type ActionRow, stateOf } from './action-state.ts'
import type { CheckedLimits } from './check-action.ts'
import { type EditedAction, editAction } from './edit-action.ts'
import type { ExpressionChecks } from './expression-checks.ts'
import { MAX_LISTED_ACTIONS, MAX_LIVE_ACTION_BYTES, MAX_LIVE_ACTIONS } from './limits.ts'

export interface ActionStore {
  /** The newest `MAX_LISTED_ACTIONS`. */
  list(organisationId: string): Promise<ActionView[]>
  /** @throws LightrunError `action_unknown`. */
  get(organisationId: string, id: string): Promise<ActionView>
  /** @throws LightrunError `limit_invalid`; `request_invalid` for a key that was used with another body. */
  create(organisationId: string, asked: AskedAction): Promise<ActionView>
  /** @throws LightrunError `action_unknown`; `limit_invalid` for one that is over and cannot be enabled; those of `editAction`. */
  edit(organisationId: string, id: string, patch: ActionPatch, by: Permitted): Promise<ActionView>
  /** With all its results. @throws LightrunError `action_unknown`. */
  delete(organisationId: string, id: string): Promise<void>
  /** All of these, with all their results, in one step. Resolves to those that were there. */
  deleteAll(organisationId: string, ids: readonly string[]): Promise<string[]>
}

export interface AskedAction {
  request: NewAction
  source: Source
  limits: CheckedLimits
  idempotencyKey?: string
}

export interface ActionStoreOptions {
  db: Kysely<Database>
  clock: Clock
  changes: StateChanges
  presence: Presence
  checks: ExpressionChecks
}

/** Every change moves the organisation to its next version in the same transaction, and wakes the polls after it. */
export function createActionStore({ db, clock, changes, presence, checks }: ActionStoreOptions): ActionStore {
  const reader = createActionReader({ clock, presence })

  async function change<T>(organisationId: string, work: (trx: Transaction<Database>) => Promise<Changed<T>>) {
    const { value, isChange } = await transact(db, work)
    if (isChange) changes.publish(organisationId)
    return value
  }

  async function read(on: Kysely<Database>, organisationId: string, id: string): Promise<ActionView> {
    const row = await find(on, organisationId, id)
    const [view] = await reader.views(on, [row])
    if (view === undefined) throw unknown(id)
    return view
  }

  return {
    async list(organisationId) {
      const rows = await db
        .selectFrom('actions')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .orderBy('created_at_ms', 'desc')
        .orderBy('id')
        .limit(MAX_LISTED_ACTIONS)
        .execute()
      return reader.views(db, rows)
    },

    get: (organisationId, id) => read(db, organisationId, id),

    create: (organisationId, asked) =>
      change(organisationId, async (trx) => {
        const { request, source, limits, idempotencyKey } = asked
        const now = clock.now()
        const row = {
          id: createId(),
          organisation_id: organisationId,
          revision: 1,
          ...sourceColumns(source),
          definition: JSON.stringify(definitionOf(request)),
          enabled: true,
          expires_at_ms: now + Math.round(limits.expireSeconds * 1_000),
          max_hits: limits.maxHits,
          max_hits_per_agent: limits.maxHitsPerAgent,
          ignore_quota: request.ignoreQuota ?? false,
          dealt_at_ms: now,
          ended_at_ms: null,
          created_at_ms: now,
          idempotency_key: idempotencyKey ?? null,
          request_hash: idempotencyKey === undefined ? null : hashRequest(request),
        }
        const inserted = await trx
          .insertInto('actions')
          .values(row)
          // A repeat that comes while the first is under way waits here for its commit.
          .onConflict((conflict) => conflict.columns(['organisation_id', 'idempotency_key']).doNothing())
          .returning('id')
          .executeTakeFirst()
        if (inserted === undefined) return { value: await readRepeat(trx, row), isChange: false }
        await bumpStateVersion(trx, organisationId, now)
        // After the bump, whose lock makes it exact.
        await checkCustomSources(trx, organisationId, row)
        await checkRoom(trx, organisationId, now)
        return { value: await read(trx, organisationId, row.id), isChange: true }
      }),

    edit: (organisationId, id, patch, by) =>
      change(organisationId, async (trx) => {
        const row = await find(trx, organisationId, id, 'locked')
        const before = await read(trx, organisationId, id)
        const now = clock.now()
        const edited = editAction(row, patch, { by, checks, nowMs: now, hitCount: before.hitCount })
        if (isSame(row, edited)) return { value: before, isChange: false }
        if (patch.enabled) refuseIfOver({ ...row, ...edited }, now)
        await trx
          .updateTable('actions')
          .set({ ...edited, definition: JSON.stringify(edited.definition), revision: row.revision + 1 })
          .where('id', '=', id)
          .execute()
        await bumpStateVersion(trx, organisationId, now)
        const isOver = ['expired', 'ended'].includes(stateOf({ ...row, ...edited }, now))
        if (!isOver) await checkCustomSources(trx, organisationId, row)
        await checkRoom(trx, organisationId, now)
        return { value: await read(trx, organisationId, id), isChange: true }
      }),

    delete: (organisationId, id) =>
      change(organisationId, async (trx) => {
        await find(trx, organisationId, id, 'locked')
        await trx.deleteFrom('actions').where('id', '=', id).execute()
        await bumpStateVersion(trx, organisationId, clock.now())
        return { value: undefined, isChange: true }
      }),

    deleteAll: (organisationId, ids) =>
      change(organisationId, async (trx) => {
        const gone = await trx
          .deleteFrom('actions')
          .where('organisation_id', '=', organisationId)
          .where(sql<boolean>`id = any(${ids.filter((id) => !id.includes('\0'))}::text[])`)
          .returning('id')
          .execute()
        if (gone.length > 0) await bumpStateVersion(trx, organisationId, clock.now())
        return { value: gone.map(({ id }) => id), isChange: gone.length > 0 }
      }),
  }

  async function readRepeat(
    trx: Transaction<Database>,
    row: { organisation_id: string; idempotency_key: string | null; request_hash: string | null },
  ): Promise<ActionView> {
    const first = await trx
      .selectFrom('actions')
      .select(['id', 'request_hash'])
      .where('organisation_id', '=', row.organisation_id)
      .where('idempotency_key', '=', row.idempotency_key)
      .executeTakeFirstOrThrow()
    if (first.request_hash !== row.request_hash) {
      throw new LightrunError('request_invalid', 'this Idempotency-Key was used for another action; make a new key')
    }
    return read(trx, row.organisation_id, first.id)
  }
}

interface Changed<T> {
  value: T
  isChange: boolean
}

async function find(on: Kysely<Database>, organisationId: string, id: string, lock?: 'locked'): Promise<ActionRow> {
  // An id from a URL may be anything; PostgreSQL's text may not.
  if (id.includes('\0')) throw unknown(id)
  const row = await on
    .selectFrom('actions')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .$if(lock === 'locked', (query) => query.forUpdate())
    .executeTakeFirst()
  if (row === undefined) throw unknown(id)
  return row
}

/** @throws LightrunError `limit_invalid` when the live actions no longer fit into one desired state. */
async function checkRoom(trx: Transaction<Database>, organisationId: string, now: number): Promise<void> {
  const { count, bytes } = await trx
    .selectFrom('actions')
    .select([
      sql<number>`count(*)`.as('count'),
      sql<number>`coalesce(sum(octet_length(definition::text)), 0)::int8`.as('bytes'),
    ])
    .where('organisation_id', '=', organisationId)
    .where('enabled', '=', true)
    .where('ended_at_ms', 'is', null)
    .where('expires_at_ms', '>', now)
    .executeTakeFirstOrThrow()
  if (count <= MAX_LIVE_ACTIONS && bytes <= MAX_LIVE_ACTION_BYTES) return
  throw new LightrunError(
    'limit_invalid',
    `there are as many live actions as agents take (${MAX_LIVE_ACTIONS}, or ${MAX_LIVE_ACTION_BYTES} bytes of them); delete or disable some`,
  )
}

/** A switch that is already there, or a text that is already so: agents keep their probe. */
function isSame(row: ActionRow, edited: EditedAction): boolean {
  const { definition, enabled, expires_at_ms, max_hits, max_hits_per_agent, ignore_quota, ended_at_ms } = row
  const before = { definition, enabled, expires_at_ms, max_hits, max_hits_per_agent, ignore_quota, ended_at_ms }
  return JSON.stringify(before) === JSON.stringify(edited)
}

/** Enabling what is over would do nothing, and nobody would know why. */
function refuseIfOver(row: ActionRow, now: number): void {
  const state = stateOf({ ...row, enabled: true }, now)
  if (state === 'active') return
  const why = state === 'ended' ? 'has reached its hit limit' : 'has expired'
  throw new LightrunError('limit_invalid', `action ${row.id} ${why} and cannot be enabled; create it again`)
}

function definitionOf({ position, at, task, condition, vcs }: NewAction): ActionDefinition {
  return {
    position,
    ...(at === undefined ? {} : { at }),
    task,
    ...(condition === undefined ? {} : { condition }),
    ...(vcs === undefined ? {} : { vcs }),
  }
}

function hashRequest(request: NewAction): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}

function unknown(id: string): LightrunError {
  return new LightrunError('action_unknown', `there is no action ${id}; it may have been deleted`)
}
