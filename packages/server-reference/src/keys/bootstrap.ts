import { PERMISSIONS } from '@lightrun/core'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../storage/database.ts'
import { createId, createKey } from './key.ts'
import { insertApiKey, insertPool } from './key-store.ts'

/** Keys of the first start, shown this one time. */
export interface FirstKeys {
  apiKey: string
  lightrunSecret: string
}

const BOOTSTRAP_LOCK = 7_226_911_042

/**
 * Gives an empty storage its organisation, a pool and an administrator's key; one replica does it. `deliver` runs
 * before the commit: when the keys cannot be handed out, nothing was created. Resolves to `undefined` when there
 * was an organisation already.
 */
export async function bootstrap(
  db: Kysely<Database>,
  clock: Clock,
  deliver: (keys: FirstKeys) => void | Promise<void>,
): Promise<FirstKeys | undefined> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${BOOTSTRAP_LOCK}::int8)`.execute(trx)
    if (await hasOrganisation(trx)) return undefined
    const createdAtMs = clock.now()
    const organisationId = createId()
    const keys = { apiKey: createKey('api'), lightrunSecret: createKey('pool') }
    await trx
      .insertInto('organisations')
      .values({ id: organisationId, name: 'default', state_version: createdAtMs, created_at_ms: createdAtMs })
      .execute()
    const administrator = { id: createId(), name: 'administrator', permissions: [...PERMISSIONS], createdAtMs }
    await insertApiKey(trx, organisationId, administrator, keys.apiKey)
    await insertPool(trx, organisationId, { id: createId(), name: 'default', createdAtMs }, keys.lightrunSecret)
    await deliver(keys)
    return keys
  })
}

export async function hasOrganisation(db: Kysely<Database>): Promise<boolean> {
  const found = await db.selectFrom('organisations').select('id').limit(1).executeTakeFirst()
  return found !== undefined
}
