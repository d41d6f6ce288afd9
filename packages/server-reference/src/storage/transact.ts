import type { Kysely, Transaction } from 'kysely'
import type { Database } from './database.ts'

/** Deadlocks and serialisation failures go away by themselves; more in a row say something else is wrong. */
export const MAX_ATTEMPTS = 3

const TRANSIENT = new Set(['40001', '40P01'])

/** Runs `work` in one transaction, again when the database asks for it. `work` must have no other effects. */
export async function transact<T>(db: Kysely<Database>, work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !TRANSIENT.has(sqlStateOf(error) ?? '')) throw error
    }
  }
}

/** SQLSTATE or the system's error code, if that is what the error is about. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
