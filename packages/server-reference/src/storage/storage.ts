import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { StateChanges } from './state-changes.ts'

/** A database that is ours, migrated, and the wake-ups that belong to it. */
export interface Storage {
  readonly db: Kysely<Database>
  readonly changes: StateChanges
  /** What whoever starts the server must know of this storage. */
  readonly notes: readonly string[]
  /** Waits for what runs; afterwards the storage may be opened by another process. */
  close(): Promise<void>
}

/** Where a storage is, for people: never with a password. */
export type StorageLocation =
  | { kind: 'pglite'; directory: string; label: string }
  | { kind: 'postgres'; url: string; label: string }
