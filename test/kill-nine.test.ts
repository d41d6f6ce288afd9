import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from '@lightrun/client'
import type { Bootstrap } from '@lightrun/core'
import { afterAll, beforeAll, expect, it } from 'vitest'

const SERVER = fileURLToPath(new URL('../packages/server-reference/bin/lightrun-server.js', import.meta.url))
/** Enough to meet a server while it starts, stores, commits and answers. */
const KILLS = 8
const AGENTS = 4
const HITS_PER_FRAME = 25

let folder: string
let running: ChildProcess | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightrun-kill-'))
})
afterAll(async () => {
  running?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Resolves when it listens. */
async function startServer(port: number): Promise<Bootstrap> {
  const bootstrapFile = join(folder, 'bootstrap.json')
  const server = spawn(
    process.execPath,
    [
      SERVER,
      ...['--storage', `pglite:${join(folder, 'database')}`, '--port', String(port)],
      ...['--bootstrap-file', bootstrapFile, '--log-level', 'error'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  running = server
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const take = (text: string) => {
      output += text
      if (output.includes('listens on')) resolve()
    }
    server.stdout.setEncoding('utf8').on('data', take)
    server.stderr.setEncoding('utf8').on('data', take)
    server.once('exit', () => reject(new Error(`the server ended:\n${output}`)))
  })
  return JSON.parse(await readFile(bootstrapFile, 'utf8')) as Bootstrap
}

async function killServer(): Promise<void> {
  const server = running
  if (server === undefined) return
  const exited = once(server, 'exit')
  server.kill('SIGKILL')
  await exited
}

it('an acknowledged hit survives kill -9 of the server, exactly once', async () => {
  const { url, apiKey, lightrunSecret } = await startServer(0)
  const port = Number(new URL(url).port)
  const client = createClient({ server: url, apiKey })
  const { id } = await client.createAction({
    source: 'tag:victim',
    position: { file: 'a.js', line: 1 },
    task: { type: 'log', format: 'x', level: 'info', targets: ['server'] },
  })

  let isOver = false
  let acknowledgedFrames = 0
  let repeats = 0
  /** Sends one frame until it is acknowledged, then the next, as an agent does. */
  async function agent(name: string): Promise<string[]> {
    const acknowledged: string[] = []
    const runtime = { name: 'node', version: '20' }
    const who = { displayName: name, tags: ['victim'], hostname: 'h', pid: 1, sdkVersion: '0', startedAtMs: 1 }
    for (let first = 1; !isOver; first += HITS_PER_FRAME) {
      const texts = Array.from({ length: HITS_PER_FRAME }, (_, index) => `${name} ${first + index}`)
      const reports = texts.map((text) => ({
        ...{ kind: 'hit', actionId: id, revision: 1, atMs: 1 },
        data: { type: 'log', level: 'info', text },
      }))
      const hello = { ...who, runtime }
      const body = JSON.stringify({ protocol: 1, agentId: `agent-number-${name}`, hello, first, reports })
      const headers = { authorization: `Bearer ${lightrunSecret}`, 'content-type': 'application/json' }
      for (;;) {
        const reply = await fetch(`${url}/agent/v1/frames`, { method: 'POST', headers, body }).catch(() => undefined)
        if (reply !== undefined && reply.status < 500) expect(reply.status).toBe(204)
        if (reply?.status === 204) break
        repeats += 1
        await sleep(10)
      }
      acknowledgedFrames += 1
      acknowledged.push(...texts)
    }
    return acknowledged
  }
  const agents = Promise.all(Array.from({ length: AGENTS }, (_, index) => agent(`agent${index}`)))

  for (let kill = 0; kill < KILLS; kill++) {
    const before = acknowledgedFrames
    // Half of the time under way, half of the time soon after the start, whatever it is doing then.
    await sleep(Math.random() * (kill % 2 === 0 ? 600 : 60))
    while (kill % 2 === 0 && acknowledgedFrames === before) await sleep(1)
    await killServer()
    await startServer(port)
  }
  isOver = true
  const acknowledged = (await agents).flat()

  const stored: string[] = []
  for await (const { data } of client.allHits(id)) {
    if (data.type === 'log') stored.push(data.text)
  }
  expect(repeats).toBeGreaterThan(0)
  expect(acknowledged.length).toBeGreaterThan(KILLS * HITS_PER_FRAME)
  expect(stored.sort()).toEqual(acknowledged.sort())
  expect((await client.action(id)).hitCount).toBe(acknowledged.length)
})
