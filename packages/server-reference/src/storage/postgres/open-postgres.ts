import { LightrunError } from '@lightrun/core'
import { Kysely, PostgresDialect } from 'kysely'
import pg, { type TypeParsers } from 'pg'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { Database } from '../database.ts'
import { INT8_OID, parseInt8 } from '../int8.ts'
import type { Storage } from '../storage.ts'
import { createListeningStateChanges } from './listening-state-changes.ts'

/** Connections of one replica, beside the one that listens. PostgreSQL's default of 100 serves several replicas. */
export const MAX_CONNECTIONS = 10
/** A database that does not take a connection by then is down for whoever waits for the answer. */
export const CONNECT_TIMEOUT_MS = 5_000

const types: TypeParsers = {
  getTypeParser: (oid, format) =>
    oid === INT8_OID && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format),
}

/** @throws LightrunError `storage_unreachable`. */
export async function openPostgres(
  url: string,
  { clock, log, label }: { clock: Clock; log: Logger; label: string },
): Promise<Storage> {
  const connection = {
    connectionString: url,
    application_name: 'lightrun-server',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types,
  }
  const pool = new pg.Pool({ ...connection, max: MAX_CONNECTIONS })
  // An idle connection that breaks would otherwise end the process; the next query opens a new one.
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection broke'))
  try {
    await pool.query('select 1')
  } catch (cause) {
    await pool.end()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new LightrunError('storage_unreachable', `${label} does not take our connection: ${why}`, { cause })
  }
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const changes = createListeningStateChanges({ createClient: () => new pg.Client(connection), pool, clock, log })
  return {
    db,
    changes,
    notes: [],
    async close() {
      await changes.close()
      await db.destroy()
      await pool.end().catch(() => undefined)
    },
  }
}
