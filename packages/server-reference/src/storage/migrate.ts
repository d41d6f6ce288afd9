import { LightrunError } from '@lightrun/core'
import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'
import { MIGRATIONS, type Migration } from './migrations.ts'

/** Any constant: replicas that start at once take turns on it. */
const MIGRATION_LOCK = 7_226_911_041

/**
 * Brings the database to the newest version: all or nothing, in one transaction, one replica at a time.
 * Resolves to the names that were applied now.
 *
 * @throws LightrunError `storage_invalid` when a newer server has been here, or the tables are not ours.
 */
export async function migrate(
  db: Kysely<Database>,
  migrations: readonly Migration[] = MIGRATIONS,
  now: () => number = Date.now,
): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK}::int8)`.execute(trx)
    await sql`create table if not exists lightrun_migrations (
      version int4 primary key, name text not null, applied_at_ms int8 not null
    )`.execute(trx)
    const { rows } = await sql<{ name: string }>`select name from lightrun_migrations order by version`.execute(trx)
    rows.forEach(({ name }, index) => {
      if (migrations[index]?.name === name) return
      throw new LightrunError(
        'storage_invalid',
        `the database was written by a newer or another lightrun-server (it has migration ${name}); start that version, or name another --storage`,
      )
    })
    const pending = migrations.slice(rows.length)
    for (const [offset, { name, statements }] of pending.entries()) {
      for (const statement of statements) await sql.raw(statement).execute(trx)
      await sql`insert into lightrun_migrations values (${rows.length + offset + 1}, ${name}, ${now()})`.execute(trx)
    }
    return pending.map(({ name }) => name)
  })
}
