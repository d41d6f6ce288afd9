import {
  type ApiKeyView,
  type CreatedApiKey,
  type CreatedPool,
  LightrunError,
  type NewApiKey,
  type Permission,
  type PoolView,
} from '@lightrun/core'
import type { Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../storage/database.ts'
import { sqlStateOf } from '../storage/transact.ts'
import { createId, createKey, hashKey } from './key.ts'

/** `lastUsedAtMs` is that coarse, so that a key in use does not cost a write per request. */
export const LAST_USED_RESOLUTION_MS = 60_000

const UNIQUE_VIOLATION = '23505'

export interface ApiIdentity {
  keyId: string
  organisationId: string
  permissions: readonly Permission[]
}
export interface PoolIdentity {
  poolId: string
  organisationId: string
}

export interface KeyStore {
  findApiKey(keyHash: string): Promise<ApiIdentity | undefined>
  findPool(keyHash: string): Promise<PoolIdentity | undefined>
  listApiKeys(organisationId: string): Promise<ApiKeyView[]>
  createApiKey(organisationId: string, asked: NewApiKey): Promise<CreatedApiKey>
  /** @throws LightrunError `request_invalid` when there is none, or it is the last one. */
  deleteApiKey(organisationId: string, id: string): Promise<void>
  listPools(organisationId: string): Promise<PoolView[]>
  /** @throws LightrunError `request_invalid` when the name is taken. */
  createPool(organisationId: string, name: string): Promise<CreatedPool>
}

export function createKeyStore(db: Kysely<Database>, clock: Clock): KeyStore {
  return {
    async findApiKey(keyHash) {
      const found = await db
        .selectFrom('api_keys')
        .select(['id', 'organisation_id', 'permissions', 'last_used_at_ms'])
        .where('key_hash', '=', keyHash)
        .executeTakeFirst()
      if (found === undefined) return undefined
      if (clock.now() - (found.last_used_at_ms ?? 0) >= LAST_USED_RESOLUTION_MS) {
        await db.updateTable('api_keys').set({ last_used_at_ms: clock.now() }).where('id', '=', found.id).execute()
      }
      return { keyId: found.id, organisationId: found.organisation_id, permissions: found.permissions }
    },

    async findPool(keyHash) {
      const found = await db
        .selectFrom('pools')
        .select(['id', 'organisation_id'])
        .where('key_hash', '=', keyHash)
        .executeTakeFirst()
      return found && { poolId: found.id, organisationId: found.organisation_id }
    },

    async listApiKeys(organisationId) {
      const rows = await db
        .selectFrom('api_keys')
        .select(['id', 'name', 'permissions', 'created_at_ms', 'last_used_at_ms'])
        .where('organisation_id', '=', organisationId)
        .orderBy('created_at_ms')
        .orderBy('id')
        .execute()
      return rows.map(({ id, name, permissions, created_at_ms, last_used_at_ms }) => ({
        id,
        name,
        permissions,
        createdAtMs: created_at_ms,
        ...(last_used_at_ms === null ? {} : { lastUsedAtMs: last_used_at_ms }),
      }))
    },

    async createApiKey(organisationId, { name, permissions = [] }) {
      const view = { id: createId(), name, permissions: [...new Set(permissions)], createdAtMs: clock.now() }
      const key = createKey('api')
      await insertApiKey(db, organisationId, view, key)
      return { ...view, key }
    },

    async deleteApiKey(organisationId, id) {
      await db.transaction().execute(async (trx) => {
        // Taken in one order by all, so that two deletions cannot both leave the other's key as the last.
        const keys = await trx
          .selectFrom('api_keys')
          .select('id')
          .where('organisation_id', '=', organisationId)
          .orderBy('id')
          .forUpdate()
          .execute()
        if (!keys.some((key) => key.id === id)) throw new LightrunError('request_invalid', `there is no API key ${id}`)
        if (keys.length === 1) {
          throw new LightrunError(
            'request_invalid',
            'this is the last API key; create another one before you delete it',
          )
        }
        await trx.deleteFrom('api_keys').where('id', '=', id).execute()
      })
    },

    async listPools(organisationId) {
      const rows = await db
        .selectFrom('pools')
        .select(['id', 'name', 'created_at_ms'])
        .where('organisation_id', '=', organisationId)
        .orderBy('created_at_ms')
        .orderBy('id')
        .execute()
      return rows.map(({ id, name, created_at_ms }) => ({ id, name, createdAtMs: created_at_ms }))
    },

    async createPool(organisationId, name) {
      const view = { id: createId(), name, createdAtMs: clock.now() }
      const key = createKey('pool')
      try {
        await insertPool(db, organisationId, view, key)
      } catch (cause) {
        if (sqlStateOf(cause) !== UNIQUE_VIOLATION) throw cause
        throw new LightrunError('request_invalid', `there is a pool ${name} already; choose another name`, { cause })
      }
      return { ...view, key }
    },
  }
}

export async function insertApiKey(db: Kysely<Database>, organisationId: string, view: ApiKeyView, key: string) {
  await db
    .insertInto('api_keys')
    .values({
      id: view.id,
      organisation_id: organisationId,
      name: view.name,
      permissions: view.permissions,
      key_hash: hashKey(key),
      created_at_ms: view.createdAtMs,
      last_used_at_ms: null,
    })
    .execute()
}

export async function insertPool(db: Kysely<Database>, organisationId: string, view: PoolView, key: string) {
  await db
    .insertInto('pools')
    .values({
      id: view.id,
      organisation_id: organisationId,
      name: view.name,
      key_hash: hashKey(key),
      created_at_ms: view.createdAtMs,
    })
    .execute()
}
