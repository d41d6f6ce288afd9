import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import type { PgliteThread } from './pglite-thread.ts'

/** One connection: whoever has it has it alone, so that a transaction never sees statements of another. */
export function createPgliteDialect(thread: PgliteThread): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(thread),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

function createDriver(thread: PgliteThread): Driver {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery) {
      const { rows, affectedRows } = await thread.query(sql, parameters)
      return { rows: rows as R[], numAffectedRows: BigInt(affectedRows) }
    },
    // biome-ignore lint/correctness/useYield: the contract of Kysely asks for a generator
    async *streamQuery() {
      throw new Error('the embedded database has no cursors')
    },
  }
  const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement))
  /** Ends when everybody before has given the connection back. */
  let tail: Promise<void> = Promise.resolve()
  let giveBack = () => {}
  return {
    async init() {},
    async acquireConnection() {
      const turn = tail
      let release = () => {}
      tail = new Promise((resolve) => {
        release = resolve
      })
      await turn
      giveBack = release
      return connection
    },
    async releaseConnection() {
      giveBack()
    },
    async beginTransaction() {
      await run('begin')
    },
    async commitTransaction() {
      await run('commit')
    },
    async rollbackTransaction() {
      await run('rollback')
    },
    async destroy() {
      await thread.close()
    },
  }
}
