import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../src/command/run.ts'
import { createServer } from '../src/server.ts'
import { pickyChecks } from './stand.ts'
import { temporaryDirectory } from './support.ts'

let directory = '/dev/null/never'
/** For the tests that open a database: copying one takes half a second. */
function withDirectory(): void {
  let remove: () => Promise<void>
  beforeEach(async () => {
    ;({ directory, remove } = await temporaryDirectory())
  })
  afterEach(() => remove())
}

const create = (options: object = {}) =>
  createServer({ storage: `pglite:${directory}`, port: 0, checks: pickyChecks, ...options })

/** Runs the command until it listens, or ends. */
async function start(...args: string[]) {
  const stop = new AbortController()
  const said: string[] = []
  const complaints: string[] = []
  let listening = () => {}
  const listens = new Promise<void>((resolve) => {
    listening = resolve
  })
  const ended = run(['--storage', `pglite:${directory}`, '--port', '0', '--log-level', 'silent', ...args], {
    env: {},
    version: '1.2.3',
    print: (text) => {
      said.push(text)
      if (text.includes('listens on')) listening()
    },
    complain: (text) => complaints.push(text),
    stop: stop.signal,
  })
  await Promise.race([listens, ended])
  return {
    said,
    complaints,
    url: /http:\S+/.exec(said.at(-1) ?? '')?.[0] ?? '',
    end: () => {
      stop.abort()
      return ended
    },
  }
}

describe('the first start', () => {
  withDirectory()

  it('prints the keys once, and writes no file later', async () => {
    const first = await start()
    expect(first.said.join('\n')).toMatch(/lr_api_[\s\S]*lr_pool_/)
    expect(await first.end()).toBe(0)
    const second = await start()
    expect(second.said).toEqual([expect.stringMatching(/^lightrun-server listens on http:\/\/127\.0\.0\.1:\d+$/)])
    expect(await second.end()).toBe(0)
    const late = await start('--bootstrap-file', join(directory, 'late.json'))
    expect(await late.end()).toBe(2)
    expect(late.complaints[0]).toContain('handed out before')
  })

  it('writes them to the bootstrap file, readable by its owner alone, and does not print them', async () => {
    const file = join(directory, 'keys.json')
    const server = await start('--bootstrap-file', file)
    const keys = JSON.parse(await readFile(file, 'utf8'))
    expect(Object.keys(keys)).toEqual(['url', 'apiKey', 'lightrunSecret'])
    expect(keys.url).toBe(server.url)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(server.said.join('\n')).not.toMatch(/lr_(api|pool)_/)
    const agents = await fetch(`${keys.url}/api/v1/agents`, { headers: { authorization: `Bearer ${keys.apiKey}` } })
    expect(agents.status).toBe(200)
    await server.end()
    expect((await readdir(directory)).filter((name) => name.startsWith('keys.json'))).toEqual(['keys.json'])

    // A later start with the file brings its address up to date.
    const again = await start('--bootstrap-file', file, '--public-url', 'https://live.example.com/')
    expect(again.complaints).toEqual([])
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ ...keys, url: 'https://live.example.com' })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await again.end()
  })

  it('creates nothing when the bootstrap file cannot be written, or is something else', async () => {
    const empty = join(directory, 'empty')
    const taken = join(directory, 'taken.json')
    await writeFile(taken, 'mine')
    for (const file of [join(directory, 'no', 'such', 'keys.json'), taken, directory]) {
      const server = await start('--storage', `pglite:${empty}`, '--bootstrap-file', file)
      expect([await server.end(), server.complaints[0]]).toEqual([2, expect.stringContaining('config_invalid')])
      expect(existsSync(empty)).toBe(false)
    }
    expect(await readFile(taken, 'utf8')).toBe('mine')
  })

  it('refuses the file of another storage, and creates no keys', async () => {
    const file = join(directory, 'keys.json')
    await writeFile(file, JSON.stringify({ url: 'http://x', apiKey: 'lr_api_x', lightrunSecret: 'lr_pool_x' }))
    expect(await (await start('--bootstrap-file', file)).end()).toBe(2)
    const first = await start()
    expect(first.said[0]).toContain('lr_api_')
    await first.end()
  })
})

describe('a command that makes no sense', () => {
  it.each([
    [['--nope']],
    [['extra']],
    [['--port', '65536']],
    [['--port', 'x']],
    [['--public-url', 'example.com']],
    [['--log-level', 'loud']],
  ])('%j ends with 2 and says why', async (args) => {
    const server = await start(...args)
    expect([await server.end(), server.complaints[0]]).toEqual([2, expect.stringContaining('--help')])
  })
})

describe('the end', () => {
  withDirectory()

  it('answers polls and ends streams at once, and frees the directory', async () => {
    const server = create()
    const { url, firstKeys } = await server.listen()
    const agentId = 'x'.repeat(20)
    const info = { displayName: 'a', tags: [], hostname: '', pid: 1, sdkVersion: '', startedAtMs: 1 }
    const hello = { ...info, runtime: { name: 'node', version: '20' } }
    const asAgent = { authorization: `Bearer ${firstKeys?.lightrunSecret}`, 'content-type': 'application/json' }
    const path = `${url}/agent/v1/frames`
    const body = JSON.stringify({ protocol: 1, agentId, hello, first: 1, reports: [] })
    await fetch(path, { method: 'POST', headers: asAgent, body })
    const poll = fetch(`${path}?agent=${agentId}&after=9007199254740991`, { headers: asAgent })
    const stream = await fetch(`${url}/api/v1/stream`, { headers: { authorization: `Bearer ${firstKeys?.apiKey}` } })
    const startedAt = performance.now()
    await server.close()
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect([
      await poll.then(
        (reply) => reply.status,
        () => 'cut',
      ),
      await stream.text(),
    ]).toEqual([expect.toSatisfy((status) => status === 204 || status === 'cut'), ': open\n\n'])
    expect(existsSync(join(directory, 'server.lock'))).toBe(false)
    await server.close()
  })
})
