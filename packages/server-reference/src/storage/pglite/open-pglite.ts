import { resolve } from 'node:path'
import { LightrunError } from '@lightrun/core'
import { Kysely } from 'kysely'
import type { Clock } from '../../clock.ts'
import type { Database } from '../database.ts'
import { createLocalStateChanges } from '../state-changes.ts'
import type { Storage } from '../storage.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { createPgliteDialect } from './pglite-dialect.ts'
import { startPgliteThread } from './pglite-thread.ts'
import { corrupt, prepareDirectory } from './prepare-directory.ts'

/** @throws LightrunError `storage_invalid`, `storage_locked` or `storage_corrupt`. */
export async function openPglite(path: string, { clock }: { clock: Clock }): Promise<Storage> {
  const directory = resolve(path)
  const lock = takeLock(directory, clock)
  try {
    const data = await prepareDirectory(directory)
    const thread = await startPgliteThread(data).catch((cause) => {
      throw corrupt(data, cause instanceof Error ? cause.message : String(cause), cause)
    })
    const db = new Kysely<Database>({ dialect: createPgliteDialect(thread) })
    const changes = createLocalStateChanges()
    // Kysely starts its driver with the first query, and only then ends it: make sure there was one.
    await thread.query('select 1', [])
    return {
      db,
      changes,
      notes: [
        'the embedded database does not wait for the disk (no fsync): it survives the end of this process, however ' +
          'hard, but a power failure may cost the last seconds; use postgres:// where that matters',
      ],
      async close() {
        await changes.close()
        await db.destroy()
        await thread.close().catch(() => undefined)
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function takeLock(directory: string, clock: Clock): DirectoryLock {
  try {
    return lockDirectory(directory, { clock })
  } catch (cause) {
    if (LightrunError.is(cause)) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LightrunError('storage_invalid', `${directory} cannot be used as a storage: ${why}`, { cause })
  }
}
