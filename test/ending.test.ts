import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Action, NewAction } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Running, type Stand } from './support/stand.ts'

const LIBRARY = 'exports.double = function double(n) {\n  return n * 2\n}\n'
const POSITION = { file: 'library.cjs', line: 2 }
const LOG = { type: 'log' as const, format: '{n}', level: 'info' as const, targets: ['server' as const] }

/** Waits until what was asked is in place, passes the line `hits` times, and then does `rest` in the same turn. */
const program = (rest: string, hits = 20) => `
const { double } = require('./library.cjs')
const lightrun = require('@lightrun/sdk-node')
lightrun.get().ready(20_000).then((isReady) => {
  if (!isReady) throw new Error('not ready')
  for (let n = 0; n < ${hits}; n++) double(n)
  ${rest}
})
`
const upTo = (count: number) => Array.from({ length: count }, (_, n) => String(n))

/** How it ended: its exit code, or the signal. */
async function ending({ child }: Running): Promise<number | string | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.signalCode ?? child.exitCode
}

describe('what was captured until a process ends is delivered', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'library.cjs': LIBRARY })
  })
  afterAll(() => stand.close())

  const ask = (tag: string, task: Action['task'] = LOG, more: Partial<NewAction> = {}) =>
    stand.client.createAction({ source: `tag:${tag}`, position: POSITION, task, ...more })
  const run = (name: string, env: Record<string, string> = {}) =>
    stand.app(name, [`${name}.cjs`], { env: { LIGHTRUN_TAGS: name, ...env } })
  async function texts(id: string): Promise<string[]> {
    const { hits } = await stand.client.hits(id, { limit: 1_000 })
    return hits
      .flatMap(({ data }) => (data.type === 'log' ? [data.text] : []))
      .toSorted((a, b) => Number(a) - Number(b))
  }

  it.each<[string, string, number | string]>([
    ['by itself', '', 0],
    ['by process.exit', 'process.exit(3)', 3],
    ['by an error that nobody catches', "throw new TypeError('mine')", 1],
    [
      'by a signal that nobody handles',
      "setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20).ref(); setInterval(() => {}, 1000)",
      'SIGTERM',
    ],
    [
      'by an interrupt',
      "setTimeout(() => process.kill(process.pid, 'SIGINT'), 20); setInterval(() => {}, 1000)",
      'SIGINT',
    ],
    [
      'by a handler of its own',
      "process.on('SIGTERM', () => process.exit(7)); process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)",
      7,
    ],
  ])('that ends %s', async (_, rest, status) => {
    const name = `ends-${status}-${rest.length}`
    await stand.write({ [`${name}.cjs`]: program(rest) })
    const { id } = await ask(name)
    const app = run(name)
    expect([await ending(app), app.output().replace(/[\s\S]*TypeError: mine[\s\S]*/, '')]).toEqual([status, ''])
    expect(await texts(id)).toEqual(upTo(20))
  })

  it('snapshots, too, and the last counts', async () => {
    await stand.write({ 'snapshots.cjs': program('process.exit(0)', 3) })
    const snapshot = await ask('snapshots', { type: 'snapshot', watches: ['n + 1'] }, { maxHits: 3 })
    const counter = await ask('snapshots', { type: 'counter', name: 'doubles' })
    expect(await ending(run('snapshots'))).toBe(0)
    const { hits } = await stand.client.hits(snapshot.id)
    expect(
      hits.map(({ data }) => data.type === 'snapshot' && data.variables.find(({ name }) => name === 'n')),
    ).toHaveLength(3)
    expect((await stand.client.action(counter.id)).hitCount).toBe(3)
  })

  it('up to the very moment in which an orchestrator ends it', async () => {
    const rest = "setInterval(() => { double(++n); require('fs').writeSync(1, n + ' ') }, 2); let n = 19"
    await stand.write({ 'moment.cjs': program(rest) })
    const { id } = await ask('moment')
    const app = run('moment')
    await app.says(/ 200 /)
    app.child.kill('SIGTERM')
    expect(await ending(app)).toBe('SIGTERM')
    const last = Number(/(\d+) $/.exec(app.output())?.[1])
    expect(await texts(id)).toEqual(upTo(last + 1))
  })

  it('or counted, in a bounded time, when the server does not answer any more', async () => {
    const rest =
      "process.on('message', () => {}); setInterval(() => {}, 1000); setTimeout(() => { double(99); console.log('now'); setTimeout(() => process.exit(5), 300) }, 2_000)"
    await stand.write({ 'bounded.cjs': program(rest) })
    const { id } = await ask('bounded')
    const app = run('bounded')
    await stand.hits(id, 20)
    stand.server.child.kill('SIGSTOP')
    try {
      await app.says(/now/)
      const startedMs = performance.now()
      expect(await ending(app)).toBe(5)
      expect(performance.now() - startedMs).toBeLessThan(5_000)
      expect(app.output()).toMatch(
        /lightrun: the process ended before (it knew whether )?\d+ reports? w(as|ere) delivered/,
      )
    } finally {
      stand.server.child.kill('SIGCONT')
    }
  })

  it('leaves no listener behind where there is nothing to say', async () => {
    const counts = "console.log(['SIGTERM', 'SIGINT', 'beforeExit'].map((name) => process.listenerCount(name)).join())"
    await stand.write({ 'listeners.cjs': program(`setTimeout(() => ${counts}, 8_000)`) })
    const { id } = await ask('listeners')
    const app = run('listeners')
    expect(await ending(app)).toBe(0)
    expect(app.output()).toBe('0,0,0\n')
    expect(await texts(id)).toEqual(upTo(20))
  })
})

describe('waiting at the start', () => {
  let stand: Stand
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({
      'busy.cjs':
        "require('@lightrun/sdk-node').start({ lightrunWaitForInit: true, lightrunInitWaitTimeMs: 20_000 })\nconst until = Date.now() + 3_000\nwhile (Date.now() < until);\n",
      'library.cjs': LIBRARY,
      'job.cjs':
        "const { double } = require('./library.cjs')\nlet n = 0\nconst timer = setInterval(() => { double(n++); if (n === 200) clearInterval(timer) }, 10)\n",
      'late.mjs':
        "import lightrun from '@lightrun/sdk-node'\nconst before = Date.now()\nlightrun.start({ lightrunSecret: 'k', lightrunWaitForInit: true, lightrunInitWaitTimeMs: 700, apiEndpoint: process.env.SILENT })\nconsole.log('waited', Date.now() - before)\n",
    })
  })
  afterAll(() => stand.close())

  it('start() blocks until the server knows the agent, before the application has turned to its events', async () => {
    const app = stand.app('busy', ['busy.cjs'], { preload: false })
    await stand.agent('busy')
    expect(app.child.exitCode).toBe(null)
    await app.kill()
  })

  it('a job of two seconds that is preloaded so answers', async () => {
    const { id } = await stand.client.createAction({ source: 'tag:job', position: POSITION, task: LOG })
    stand.app('job', ['job.cjs'], { env: { LIGHTRUN_TAGS: 'job', LIGHTRUN_WAIT_FOR_INIT: 'true' } })
    await stand.hits(id, 1)
  })

  it('is over in time when nobody answers, and the application starts', async () => {
    const { createServer } = await import('node:net')
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const app = stand.app('late', ['late.mjs'], {
      preload: false,
      env: { LIGHTRUN_SECRET: '', LIGHTRUN_API_ENDPOINT: '', SILENT: `http://127.0.0.1:${port}` },
    })
    const [, waited] = await app.says(/waited (\d+)/)
    expect(Number(waited)).toBeGreaterThanOrEqual(690)
    expect(Number(waited)).toBeLessThan(5_000)
    expect(app.output()).toMatch(/no word from http:\/\/127\.0\.0\.1:\d+ within 700 ms; the application starts/)
    expect(await ending(app)).toBe(0)
    silent.close()
    await sleep(0)
  })
})
