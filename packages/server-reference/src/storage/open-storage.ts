import { LightrunError } from '@lightrun/core'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import { migrate } from './migrate.ts'
import { openPglite } from './pglite/open-pglite.ts'
import { openPostgres } from './postgres/open-postgres.ts'
import type { Storage, StorageLocation } from './storage.ts'

/** Zero configuration: beside where the server was started. */
export const DEFAULT_STORAGE = 'pglite:./.lightrun/data'

/** @throws LightrunError `storage_invalid` when the text is neither `pglite:DIRECTORY` nor `postgres://…`. */
export function parseStorage(text: string): StorageLocation {
  if (text.startsWith('pglite:') && text.length > 'pglite:'.length) {
    return { kind: 'pglite', directory: text.slice('pglite:'.length), label: text }
  }
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) {
    const { host, pathname } = new URL(text)
    return { kind: 'postgres', url: text, label: `postgres://${host}${pathname}` }
  }
  // The text may hold a password that was mistyped around: do not repeat it.
  throw new LightrunError('storage_invalid', 'the storage is pglite:DIRECTORY or postgres://USER@HOST/DATABASE')
}

/**
 * Opens and migrates.
 *
 * @throws LightrunError `storage_invalid`, `storage_locked`, `storage_corrupt` or `storage_unreachable`.
 */
export async function openStorage(text: string, options: { clock: Clock; log: Logger }): Promise<Storage> {
  const location = parseStorage(text)
  const storage =
    location.kind === 'pglite'
      ? await openPglite(location.directory, options)
      : await openPostgres(location.url, { ...options, label: location.label })
  try {
    const applied = await migrate(storage.db)
    if (applied.length > 0) options.log.info({ applied }, 'migrated the storage')
    return storage
  } catch (error) {
    await storage.close()
    throw error
  }
}
