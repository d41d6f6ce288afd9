import type { AgentView } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, type Stand, until } from './support/stand.ts'

const WORK = 'function work(n) {\n  return n * 2\n}\n'
const AGAIN = 'let n = 0\nsetInterval(() => work(n++), 5)\n'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
  await stand.write({
    'work.mjs': `export ${WORK}`,
    // As a process it ends with whoever started it: nothing may outlive the tests.
    'worker.cjs': `${WORK + AGAIN}\nprocess.on('disconnect', () => process.exit())\n`,
    'worker.mjs': `import { work } from './work.mjs'\n${AGAIN}`,
    'nested.cjs': "new (require('node:worker_threads').Worker)('./worker.cjs')\n",
    // Each argument is a worker's file. Terminates the first on demand.
    'pool.mjs': `import { Worker } from 'node:worker_threads'
const options = JSON.parse(process.env.WORKER_OPTIONS ?? '{}')
const [first] = process.argv.slice(2).map((file) => new Worker(file, options))
process.on('SIGUSR2', () => first.terminate().then(() => console.log('terminated')))
setInterval(() => {}, 1000)
`,
    'last-words.cjs': `${WORK}setTimeout(() => {\n  for (let n = 0; n < 5; n++) work(n)\n  process.exit()\n}, 1_500)\n`,
    'short.mjs': `import { Worker } from 'node:worker_threads'
const from = performance.now()
for (const file of process.argv.slice(2)) await new Promise((resolve) => new Worker(file).on('exit', resolve))
console.log('took ' + Math.round(performance.now() - from))
`,
    'empty.cjs': '',
    'second.cjs': 'setTimeout(() => {}, 1_000)',
    // As the threads of a pool do (Piscina): no turn of the event loop while it waits for work, nor for tasks that need none.
    'idle.cjs': `const { workerData: { shared, port }, receiveMessageOnPort } = require('node:worker_threads')
const { existsSync } = require('node:fs')
const { setTimeout: sleep } = require('node:timers/promises')
function work(n) {
  return n * 2
}
let seen = 0
async function serve() {
  for (;;) {
    Atomics.wait(shared, 0, seen)
    seen = Atomics.load(shared, 0)
    for (let entry; (entry = receiveMessageOnPort(port)); ) {
      const { n, until } = entry.message
      while (until !== undefined && !existsSync(until)) await sleep(20)
      await (async () => work(n))()
    }
  }
}
serve()
`,
    'idle-pool.mjs': `import { MessageChannel, Worker } from 'node:worker_threads'
const shared = new Int32Array(new SharedArrayBuffer(4))
const { port1, port2 } = new MessageChannel()
new Worker('./idle.cjs', { workerData: { shared, port: port2 }, transferList: [port2] })
let tasks = 0
function give(until) {
  port1.postMessage({ n: ++tasks, until })
  Atomics.add(shared, 0, 1)
  Atomics.notify(shared, 0)
  console.log('task ' + tasks)
}
process.on('SIGUSR2', () => give())
process.on('SIGHUP', () => give('done-' + (tasks + 1)))
setInterval(() => {}, 1000)
`,
    'cluster.cjs': `const cluster = require('node:cluster')
${WORK}if (cluster.isPrimary) {
  cluster.fork()
  cluster.fork()
  cluster.on('exit', () => cluster.fork())
} else {
${AGAIN}}
`,
    // Keeps one service alive, starts the new one before the old one ends when told to reload.
    'manager.cjs': `const { fork } = require('node:child_process')
let current
function start() {
  const service = fork('./worker.cjs')
  console.log('service ' + service.pid)
  service.on('exit', () => service === current && start())
  current = service
}
process.on('SIGHUP', () => { const old = current; start(); old.kill('SIGTERM') })
start()
`,
    'busy.cjs': `${WORK}${AGAIN}
const { existsSync } = require('node:fs')
process.on('SIGUSR2', () => {
  console.log('busy')
  const from = performance.now()
  while (performance.now() < from + 2_000 || !existsSync('enough')) {}
  console.log('free after ' + (performance.now() - from))
})
`,
  })
})
afterAll(() => stand.close())

const isWorker = ({ worker }: AgentView) => worker !== undefined

/** The connected agents of this name, once there are so many. */
function agents(name: string, count: number, isSo = (_: AgentView) => true): Promise<AgentView[]> {
  return until(`${count} agents named ${name}`, async () => {
    const all = (await stand.client.agents()).filter((each) => each.displayName === name && each.connected)
    return all.filter(isSo).length === count && all.length >= count ? all.filter(isSo) : undefined
  })
}

async function log(source: string, at: string, ...options: string[]): Promise<{ id: string; said: string }> {
  const { stdout, stderr } = await stand.lightrun('log', source, at, '{n}', ...options)
  return { id: /^log (\S+)/.exec(stdout)?.[1] ?? '', said: stdout + stderr }
}

describe('worker threads', () => {
  it.each([
    ['worker.cjs', 'worker.cjs:2'],
    ['worker.mjs', 'work.mjs:2'],
  ])('are agents of their process, and asked with it: %s', async (file, at) => {
    const app = stand.app(file, ['pool.mjs', `./${file}`, `./${file}`])
    const all = await agents(file, 3)
    const [process] = all.filter((each) => !isWorker(each))
    const workers = all.filter(isWorker)
    expect(process?.pid).toBe(app.child.pid)
    for (const { worker, pid } of workers) {
      expect([worker?.processAgentId, pid]).toEqual([process?.id, app.child.pid])
    }
    const { id } = await log(file, at, '--max-hits', '60')
    const hits = await stand.hits(id, 60)
    expect(new Set(hits.map(({ agentId }) => agentId))).toEqual(new Set(workers.map((each) => each.id)))
    const [one] = workers
    expect((await stand.lightrun('agents')).stdout).toContain(`${file} worker ${one?.worker?.threadId} `)

    const ofOne = await log(one?.id ?? '', at, '--max-hits', '3')
    expect(new Set((await stand.hits(ofOne.id, 3)).map(({ agentId }) => agentId))).toEqual(new Set([one?.id]))
  })

  it('are gone from the server soon after they were terminated, and the process goes on', async () => {
    const app = stand.app('terminates', ['pool.mjs', './worker.cjs', './worker.cjs'])
    await agents('terminates', 3)
    app.child.kill('SIGUSR2')
    await app.says(/terminated/)
    await agents('terminates', 1, isWorker)
    await agents('terminates', 2)
  })

  it('of workers are served as well', async () => {
    stand.app('nested', ['pool.mjs', './nested.cjs'])
    await agents('nested', 2, isWorker)
    expect((await log('nested', 'worker.cjs:2')).said).toMatch(/nested worker \d+ +(placed|hitting)/)
  })

  it('with an environment of their own need no key in it', async () => {
    stand.app('own-env', ['pool.mjs', './worker.cjs'], { env: { WORKER_OPTIONS: '{"env":{}}' } })
    await agents('own-env', 1, isWorker)
    expect((await log('own-env', 'worker.cjs:2')).said).toMatch(/worker \d+ +(placed|hitting)/)
  })

  it('that leave the preload out run as they are, and the status says so', async () => {
    stand.app('no-preload', ['pool.mjs', './worker.cjs'], { env: { WORKER_OPTIONS: '{"execArgv":[]}' } })
    await stand.agent('no-preload')
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect((await log('no-preload', 'worker.cjs:2')).said).toMatch(/a worker thread runs without lightrun/)
  })

  it('that wait for work without a turn of their event loop say so, and are asked at the next task that awaits', async () => {
    const app = stand.app('idle', ['idle-pool.mjs'])
    const task = async (signal: 'SIGUSR2' | 'SIGHUP', number: number) => {
      app.child.kill(signal)
      await app.says(new RegExp(`task ${number}\\b`))
    }
    const isInPlace = (id: string) =>
      stand.action(id, ({ agents: all }) =>
        all.some(({ worker, status }) => worker && /placed|hitting/.test(status.state)),
      )
    const textsOf = async (id: string, count: number) =>
      (await stand.hits(id, count)).map(({ data }) => (data.type === 'log' ? data.text : ''))
    await stand.agent('idle')
    await new Promise((resolve) => setTimeout(resolve, 2_500))

    const first = await log('idle', 'idle.cjs:5')
    expect(first.said).toMatch(/a worker thread runs without lightrun: blocked since it started/)
    await task('SIGHUP', 1)
    await isInPlace(first.id)
    await stand.write({ 'done-1': '' })
    expect(await textsOf(first.id, 1)).toEqual(['1'])

    const second = await log('idle', 'idle.cjs:5')
    expect(second.said).toMatch(/idle worker \d+ +no answer for \d+s: busy, most likely/)
    await task('SIGUSR2', 2)
    await task('SIGHUP', 3)
    await isInPlace(second.id)
    await stand.write({ 'done-3': '' })
    expect(await textsOf(second.id, 1)).toEqual(['3'])
    // What is in place already has missed none.
    expect(await textsOf(first.id, 3)).toEqual(['1', '2', '3'])
  })

  it('deliver what they captured before they end', async () => {
    const action = await stand.client.createAction({
      source: 'tag:last-words',
      position: { file: 'last-words.cjs', line: 2 },
      task: { type: 'log', format: '{n}', level: 'info', targets: ['server'] },
    })
    stand.app('last-words', ['pool.mjs', './last-words.cjs'], { env: { LIGHTRUN_TAGS: 'last-words' } })
    const texts = (await stand.hits(action.id, 5)).map(({ data }) => (data.type === 'log' ? data.text : ''))
    expect(texts).toEqual(['0', '1', '2', '3', '4'])
  })

  it('end when they would without us', async () => {
    const app = stand.app('short', ['short.mjs', './empty.cjs', './second.cjs'])
    const [, took] = await app.says(/took (\d+)/)
    expect(Number(took)).toBeLessThan(2_500)
    await until('the end of the process', async () => (app.child.exitCode === null ? undefined : true), 3_000)
  })
})

describe('processes', () => {
  it('of a cluster are agents each; a killed one is replaced in the server too', async () => {
    const app = stand.app('cluster', ['cluster.cjs'])
    const workers = await agents('cluster', 2, ({ clusterWorker }) => clusterWorker !== undefined)
    expect(workers.map(({ clusterWorker }) => clusterWorker).sort()).toEqual([1, 2])
    const primary = (await agents('cluster', 3)).find(({ pid }) => pid === app.child.pid)
    expect(primary?.clusterWorker).toBeUndefined()
    const { id } = await log('cluster', 'cluster.cjs:3')
    const [killed] = workers
    process.kill(killed?.pid ?? 0, 'SIGKILL')
    const [third] = await agents('cluster', 1, ({ clusterWorker }) => clusterWorker === 3)
    await agents('cluster', 3)
    await until('hits of the replacement', async () => {
      const { hits } = await stand.client.hits(id, { limit: 1_000 })
      return hits.some(({ agentId }) => agentId === third?.id) ? true : undefined
    })
  })

  it('of a process manager: actions bind to the replacement after a reload and after kill -9', async () => {
    const manager = stand.app('managed', ['manager.cjs'])
    const isService = ({ pid }: AgentView) => pid !== manager.child.pid
    const [first] = await agents('managed', 1, isService)
    const { id } = await log('managed', 'worker.cjs:2')
    const hitsOf = (agentId: string | undefined) =>
      until('hits of the service', async () => {
        const { hits } = await stand.client.hits(id, { limit: 1_000 })
        return hits.some((hit) => hit.agentId === agentId) ? true : undefined
      })
    await hitsOf(first?.id)

    manager.child.kill('SIGHUP')
    const [second] = await agents('managed', 1, (each) => isService(each) && each.id !== first?.id)
    await agents('managed', 1, isService)
    await hitsOf(second?.id)

    process.kill(second?.pid ?? 0, 'SIGKILL')
    const [third] = await agents(
      'managed',
      1,
      (each) => isService(each) && each.id !== first?.id && each.id !== second?.id,
    )
    await hitsOf(third?.id)
    await agents('managed', 1, isService)
  })
})

describe('a busy event loop', () => {
  it('is told while it lasts and afterwards, and the action arms when it breathes', async () => {
    const app = stand.app('busy', ['busy.cjs'])
    await stand.agent('busy')
    const fromMs = performance.now()
    app.child.kill('SIGUSR2')
    await app.says(/busy/)
    const { id } = await log('busy', 'busy.cjs:2', '--no-wait')
    const meanwhile = (await stand.lightrun('show', id)).stdout
    expect([meanwhile, app.output()]).toEqual([
      expect.stringMatching(/busy +no answer for \d+s: busy, most likely/),
      expect.not.stringContaining('free'),
    ])
    await stand.write({ enough: '' })
    const busyMs = Number((await app.says(/free after ([\d.]+)/))[1])
    const aroundMs = performance.now() - fromMs
    await stand.hits(id, 1)
    const { stdout } = await stand.lightrun('show', id)
    const shown = /hitting +once its event loop was free, after (\d+\.\d) s/.exec(stdout)
    // The tenth is rounding; the second, what may have run before.
    expect(Number(shown?.[1]), stdout).toBeGreaterThanOrEqual(busyMs / 1_000 - 0.1)
    expect(Number(shown?.[1])).toBeLessThanOrEqual(aroundMs / 1_000 + 1)
  })
})
