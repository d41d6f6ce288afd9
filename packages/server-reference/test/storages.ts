import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { temporaryDirectory } from './support.ts'

export interface ScratchStorage {
  /** For `--storage`. */
  location: string
  remove(): Promise<void>
}

export interface StorageKind {
  /** Shown in the names of the tests. */
  name: string
  isMissing: boolean
  create(): Promise<ScratchStorage>
}

const databaseUrl = process.env.DATABASE_URL

if (databaseUrl === undefined) {
  console.warn(
    '\n*** The tests on PostgreSQL are SKIPPED: set DATABASE_URL, such as postgres://USER@127.0.0.1/DATABASE ***\n',
  )
}

/** Both storages, for `describe.each`: what is missing shows as skipped. */
export const STORAGES: readonly StorageKind[] = [
  { name: 'PGlite', isMissing: false, create: createPglite },
  {
    name: databaseUrl === undefined ? 'PostgreSQL (SKIPPED: DATABASE_URL is not set)' : 'PostgreSQL',
    isMissing: databaseUrl === undefined,
    create: () => createPostgres(databaseUrl ?? ''),
  },
]

async function createPglite(): Promise<ScratchStorage> {
  const { directory, remove } = await temporaryDirectory()
  return { location: `pglite:${directory}`, remove }
}

/** A database of its own, dropped afterwards. */
async function createPostgres(url: string): Promise<ScratchStorage> {
  const name = `lightrun_test_${randomBytes(6).toString('hex')}`
  await administer(url, `create database ${name}`)
  const location = new URL(url)
  location.pathname = `/${name}`
  return { location: location.href, remove: () => administer(url, `drop database ${name} with (force)`) }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
