import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.ts'
import { pickyChecks } from './stand.ts'
import { temporaryDirectory } from './support.ts'

let directory: string
let remove: () => Promise<void>
beforeEach(async () => {
  ;({ directory, remove } = await temporaryDirectory())
})
afterEach(() => remove())

const create = (options: object = {}) =>
  createServer({ storage: `pglite:${directory}`, port: 0, checks: pickyChecks, ...options })

describe('a start that cannot be', () => {
  it('says which port is taken, and leaves nothing behind', async () => {
    const other = createTcpServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await expect(create({ port }).listen()).rejects.toMatchObject({ code: 'config_invalid' })
    other.close()
    const server = create()
    expect((await server.listen()).firstKeys).toBeDefined()
    await server.close()
  })

  it('names the process that has the directory, and starts once that is gone', async () => {
    const first = create()
    await first.listen()
    const error = await create()
      .listen()
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'storage_locked', details: { pid: process.pid } })
    expect(error.message).toContain(String(process.pid))
    await first.close()
    const second = create()
    await second.listen()
    await second.close()
  })

  it.each([
    ['a file is missing', () => rm(join(directory, 'postgres', 'PG_VERSION'))],
    ['pg_control is missing', () => rm(join(directory, 'postgres', 'global', 'pg_control'))],
    ['pg_control is cut off', () => truncate(join(directory, 'postgres', 'global', 'pg_control'), 100)],
    [
      'pg_control is garbage',
      () => writeFile(join(directory, 'postgres', 'global', 'pg_control'), Buffer.alloc(8192, 0x5a)),
    ],
    ['the log is gone', () => rm(join(directory, 'postgres', 'pg_wal'), { recursive: true })],
    ['the tables are gone', () => rm(join(directory, 'postgres', 'base'), { recursive: true })],
  ])('says what to do when %s, and changes nothing', async (_what, damage) => {
    await damage()
    const before = await listing()
    const error = await create()
      .listen()
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'storage_corrupt' })
    expect(error.message).toMatch(/restore .* from a backup/)
    expect(await listing()).toEqual(before)
  })

  it('does not take a file for a directory', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(create({ storage: `pglite:${join(directory, 'file')}` }).listen()).rejects.toMatchObject({
      code: 'storage_invalid',
    })
  })

  it('clears what an interrupted first start left, and nothing else', async () => {
    await mkdir(join(directory, '.unfinished-x'))
    await writeFile(join(directory, 'notes.txt'), 'mine')
    const server = create()
    await server.listen()
    await server.close()
    expect((await readdir(directory)).sort()).toEqual(['notes.txt', 'postgres'])
  })

  /** Without what PostgreSQL makes anew by itself at each start. */
  const listing = async () =>
    (await readdir(join(directory, 'postgres'), { recursive: true }))
      .filter((name) => !/postmaster\.(pid|opts)$|pg_internal\.init$/.test(name))
      .sort()
})
