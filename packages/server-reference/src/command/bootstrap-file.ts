import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { Bootstrap, LightrunError } from '@lightrun/core'
import type { Kysely } from 'kysely'
import { hasOrganisation } from '../keys/bootstrap.ts'
import { hashKey } from '../keys/key.ts'
import type { Database } from '../storage/database.ts'

/** The file that hands the keys of a first start to whoever automates it. */
export interface BootstrapFile {
  /** Before the keys are created. Brings the address in a file of an earlier start up to date. */
  check(db: Kysely<Database>, url: string): Promise<void>
  /** Creates the file, with its content, at once; never over another one. */
  write(keys: Bootstrap): void
}

/**
 * Looks at the file before anything else is opened.
 *
 * @throws LightrunError `config_invalid` when it cannot be created, or is there and is something else.
 */
export function openBootstrapFile(path: string): BootstrapFile {
  const existing = read(path)
  // The one sure way to know that a file can be created there is to create one.
  if (existing === undefined) rmSync(writeDraft(path, ''))

  return {
    async check(db, url) {
      const isFirst = !(await hasOrganisation(db))
      if (existing === undefined) {
        if (isFirst) return
        throw new LightrunError(
          'config_invalid',
          `the keys of this storage were handed out before, and ${path} does not exist; start without --bootstrap-file, or on an empty storage`,
        )
      }
      if (isFirst || !(await areKeysOf(db, existing))) {
        throw new LightrunError(
          'config_invalid',
          `${path} holds the keys of another storage; move it away, or start with the storage it belongs to`,
        )
      }
      if (existing.url !== url) renameSync(writeDraft(path, toText({ ...existing, url })), path)
    },
    write(keys) {
      const draft = writeDraft(path, toText(keys))
      try {
        linkSync(draft, path)
      } catch (cause) {
        throw unusable(path, cause)
      } finally {
        rmSync(draft)
      }
    },
  }
}

async function areKeysOf(db: Kysely<Database>, { apiKey, lightrunSecret }: Bootstrap): Promise<boolean> {
  const keys = db.selectFrom('api_keys').select('organisation_id').where('key_hash', '=', hashKey(apiKey))
  const pools = db.selectFrom('pools').select('organisation_id').where('key_hash', '=', hashKey(lightrunSecret))
  const [key, pool] = [await keys.executeTakeFirst(), await pools.executeTakeFirst()]
  return key !== undefined && pool !== undefined && key.organisation_id === pool.organisation_id
}

function read(path: string): Bootstrap | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw unusable(path, cause)
  }
  try {
    return Bootstrap.parse(JSON.parse(text))
  } catch {
    // No cause: it would quote a file that may hold secrets.
    throw new LightrunError('config_invalid', `${path} exists and is no bootstrap file; move it away, or name another`)
  }
}

/** A file of our own beside it, which only we may read. */
function writeDraft(path: string, text: string): string {
  const draft = `${path}.${randomUUID()}`
  try {
    const file = openSync(draft, 'wx', 0o600)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    rmSync(draft, { force: true })
    throw unusable(path, cause)
  }
  return draft
}

function toText(keys: Bootstrap): string {
  return `${JSON.stringify(keys, null, 2)}\n`
}

function unusable(path: string, cause: unknown): LightrunError {
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
  return new LightrunError(
    'config_invalid',
    `the bootstrap file ${path} cannot be created (${why}); name a file in a directory that exists and may be written`,
    { cause },
  )
}
