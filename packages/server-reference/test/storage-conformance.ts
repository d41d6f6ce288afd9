import { LightrunError } from '@lightrun/core'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { bootstrap } from '../src/keys/bootstrap.ts'
import { migrate } from '../src/storage/migrate.ts'
import { MIGRATIONS } from '../src/storage/migrations.ts'
import { openStorage } from '../src/storage/open-storage.ts'
import { bumpStateVersion } from '../src/storage/state-version.ts'
import type { Storage } from '../src/storage/storage.ts'
import type { ScratchStorage, StorageKind } from './storages.ts'

const open = (location: string) => openStorage(location, { clock: systemClock, log: pino({ level: 'silent' }) })

/** What the server relies on in a storage. Every dialect, driver and host of PostgreSQL runs it. */
export function describeStorage({ name, isMissing, create }: StorageKind): void {
  describe.skipIf(isMissing)(`storage on ${name}`, () => {
    let scratch: ScratchStorage
    let storage: Storage
    beforeAll(async () => {
      scratch = await create()
      storage = await open(scratch.location)
    })
    afterEach(async () => {
      for (const statement of [
        'truncate organisations cascade',
        'drop table if exists half',
        `delete from lightrun_migrations where version > ${MIGRATIONS.length}`,
      ]) {
        await sql.raw(statement).execute(storage.db)
      }
    })
    afterAll(async () => {
      await storage.close()
      await scratch.remove()
    })

    it('is migrated once, and opens again with what it held', async () => {
      await bootstrap(storage.db, systemClock, () => {})
      expect(await migrate(storage.db)).toEqual([])
      await storage.close()
      storage = await open(scratch.location)
      expect(await storage.db.selectFrom('organisations').select('name').execute()).toEqual([{ name: 'default' }])
    })

    it('applies a migration entirely or not at all', async () => {
      const broken = { name: '9999_broken', statements: ['create table half (id int4)', 'this is no SQL'] }
      await expect(migrate(storage.db, [...MIGRATIONS, broken])).rejects.toThrow()
      await expect(sql`select * from half`.execute(storage.db)).rejects.toThrow(/half/)
      const good = { name: '9999_good', statements: ['create table half (id int4)'] }
      expect(await migrate(storage.db, [...MIGRATIONS, good])).toEqual(['9999_good'])
    })

    it('refuses a database of a newer server', async () => {
      await migrate(storage.db, [...MIGRATIONS, { name: '9999_future', statements: [] }])
      await expect(migrate(storage.db)).rejects.toMatchObject({ code: 'storage_invalid' })
    })

    it('gives one of several first starts at once the keys', async () => {
      const given = await Promise.all([1, 2, 3].map(() => bootstrap(storage.db, systemClock, () => {})))
      expect(given.filter((keys) => keys !== undefined)).toHaveLength(1)
      expect(await storage.db.selectFrom('organisations').select('id').execute()).toHaveLength(1)
    })

    it('creates nothing when the keys cannot be handed out', async () => {
      const refuse = () => {
        throw new LightrunError('config_invalid', 'no')
      }
      await expect(bootstrap(storage.db, systemClock, refuse)).rejects.toThrow('no')
      for (const table of ['organisations', 'pools', 'api_keys'] as const) {
        expect(await storage.db.selectFrom(table).select('id').execute()).toEqual([])
      }
    })

    it('reads int8 as numbers, and refuses what a number cannot say', async () => {
      const read = async (text: string) =>
        (await sql<{ n: number }>`select ${text}::int8 as n`.execute(storage.db)).rows
      expect(await read('9007199254740991')).toEqual([{ n: Number.MAX_SAFE_INTEGER }])
      await expect(read('9007199254740992')).rejects.toMatchObject({ code: 'internal_error' })
    })

    it('keeps transactions apart', async () => {
      await bootstrap(storage.db, systemClock, () => {})
      const { id } = await storage.db.selectFrom('organisations').select('id').executeTakeFirstOrThrow()
      const versions = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          storage.db.transaction().execute(async (trx) => {
            const version = await bumpStateVersion(trx, id, 0)
            if (index % 5 === 0) throw new Error('rolled back')
            return version
          }),
        ).map((each) => each.catch(() => undefined)),
      )
      const kept = versions.filter((version) => version !== undefined)
      expect(kept).toHaveLength(16)
      expect(new Set(kept).size).toBe(16)
    })

    it('wakes who listens for an organisation, and nobody else', async () => {
      const woken: string[] = []
      const stop = storage.changes.subscribe('a', () => woken.push('a'))
      storage.changes.subscribe('b', () => woken.push('b'))
      storage.changes.publish('a')
      expect(woken).toEqual(['a'])
      stop()
      storage.changes.publish('a')
      expect(woken).toEqual(['a'])
    })

    it('closes twice', async () => {
      await storage.close()
      await storage.close()
      storage = await open(scratch.location)
    })
  })
}
