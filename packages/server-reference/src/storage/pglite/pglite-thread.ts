import { Worker } from 'node:worker_threads'
import { parseInt8 } from '../int8.ts'

export interface QueryRows {
  rows: Record<string, unknown>[]
  affectedRows: number
}

/** PGlite in its thread. Queries run one after the other, in the order of the calls. */
export interface PgliteThread {
  query(sql: string, parameters: readonly unknown[]): Promise<QueryRows>
  /** Ends the database in good order, then the thread. */
  close(): Promise<void>
}

/** What the database said no to; `code` is its SQLSTATE. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code: string | undefined
  constructor(message: string, code: string | undefined) {
    super(message)
    this.code = code
  }
}

interface Answer {
  id?: number
  ready?: boolean
  rows?: Record<string, unknown>[]
  int8?: string[]
  affectedRows?: number
  error?: { message: string; code?: string }
}

/** Rejects when the database in the directory does not open. `template`: a data directory to start from, as tar.gz. */
export async function startPgliteThread(directory: string, template?: Uint8Array): Promise<PgliteThread> {
  const worker = new Worker(new URL('./pglite-worker.js', import.meta.url), {
    workerData: { directory, template },
    // What PostgreSQL itself prints is for whoever debugs it.
    stdout: true,
    stderr: true,
  })
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  let ended: Error | undefined
  let lastId = 0

  const ready = new Promise<void>((resolve, reject) => {
    const end = (error: Error) => {
      ended ??= error
      reject(ended)
      for (const { reject: refuse } of waiting.values()) refuse(ended)
      waiting.clear()
    }
    worker.on('message', (answer: Answer) => {
      if (answer.ready) return resolve()
      const asked = waiting.get(answer.id ?? -1)
      waiting.delete(answer.id ?? -1)
      if (answer.error !== undefined) asked?.reject(new DatabaseError(answer.error.message, answer.error.code))
      else asked?.resolve(answer)
    })
    worker.on('error', (cause) => end(new Error(`the embedded database failed: ${describe(cause)}`, { cause })))
    worker.on('exit', (code) => end(new Error(`the embedded database ended (code ${code})`)))
  })
  const ask = (message: { sql?: string; parameters?: readonly unknown[] }) =>
    new Promise<Answer>((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      lastId += 1
      waiting.set(lastId, { resolve, reject })
      worker.postMessage({ id: lastId, ...message })
    })

  try {
    await ready
  } catch (error) {
    await worker.terminate()
    throw error
  }
  return {
    // Read here, not in the worker's event, where a value we refuse would have no caller to be told.
    query: async (sql, parameters) => toRows(await ask({ sql, parameters })),
    async close() {
      // Bounded: a database that does not close is safe to kill (measured: no acknowledged row is lost).
      const killer = setTimeout(() => worker.terminate(), 5_000)
      try {
        if (ended === undefined) await ask({})
      } finally {
        clearTimeout(killer)
        await worker.terminate()
      }
    },
  }
}

function toRows({ rows = [], int8 = [], affectedRows = 0 }: Answer): QueryRows {
  for (const row of int8.length === 0 ? [] : rows) {
    for (const name of int8) if (typeof row[name] === 'string') row[name] = parseInt8(row[name])
  }
  return { rows, affectedRows }
}

/** Emscripten throws numbers and ExitStatus objects. */
function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
