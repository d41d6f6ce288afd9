// Runs PostgreSQL's initdb once, in the build, and keeps what it made as the template of new databases.
import { mkdirSync, writeFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'

const directory = new URL('../dist/', import.meta.url)
const database = await PGlite.create()
const template = await database.dumpDataDir('gzip')
mkdirSync(directory, { recursive: true })
writeFileSync(new URL('pglite-template.tar.gz', directory), new Uint8Array(await template.arrayBuffer()))
await database.close()
