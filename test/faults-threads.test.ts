import type { AgentView, Task } from '@lightrun/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CHAOS } from './support/chaos.ts'
import { createStand, type Stand, until } from './support/stand.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
  await stand.write({
    'work.cjs': `const { parentPort } = require('node:worker_threads')
function work(n) {
  return n * 2
}
let n = 0
setInterval(() => { if (work(++n) !== 2 * n) throw new Error('wrong') }, 5)
parentPort?.on('message', (chaos) => { globalThis.chaos = chaos })
`,
    'service.cjs': `const { Worker } = require('node:worker_threads')
const worker = new Worker('./work.cjs')
worker.on('error', (error) => console.log('the worker ended by', error))
process.on('SIGUSR2', () => worker.postMessage(globalThis.mode = 1 - (globalThis.mode ?? 0)))
console.log('running')
`,
    'ended.cjs': `const { parentPort } = require('node:worker_threads')
function work(n) {
  const text = JSON.stringify({ n })
  const { n: parsed } = JSON.parse(text)
  return parsed * 2
}
async function serve({ turns, idleMs }) {
  for (let turn = 0; turn < turns; turn++) {
    for (let n = 0; n < 100; n++) work(n)
    await new Promise(setImmediate)
  }
  setTimeout(() => parentPort.postMessage('done'), idleMs)
}
parentPort.on('message', serve)
`,
    'ends.cjs': `const { Worker } = require('node:worker_threads')
const worker = new Worker('./ended.cjs')
worker.on('message', () => worker.terminate().then(() => console.log('terminated')))
process.on('SIGUSR2', () => worker.postMessage(JSON.parse(process.env.WORK)))
setInterval(() => {}, 1000)
console.log('running')
`,
  })
})
afterAll(() => stand.close())

const workerOf = async () => (await stand.client.agents()).find(({ worker, connected }) => connected && worker)

it('a worker thread that is broken inside is off, runs on, and says so in the list of agents and in the log; it comes back when told', async () => {
  const app = stand.app('threads', ['--require', CHAOS, 'service.cjs'], { env: { LIGHTRUN_TAGS: 'threads' } })
  await app.says(/running/)
  await until('the worker to be an agent', workerOf)
  const { id } = await stand.client.createAction({
    source: 'tag:threads',
    position: { file: 'work.cjs', line: 3 },
    task: { type: 'counter', name: 'works' },
  })
  await stand.action(id, ({ hitCount }) => hitCount > 0)

  app.child.kill('SIGUSR2')
  await until('the worker to say so', async () => (await workerOf())?.detached)
  const { stdout, stderr } = await stand.lightrun('agents')
  expect(stdout).toMatch(/^threads worker \d+ +detached for/m)
  expect(stderr).toMatch(/^threads worker \d+: detached itself after .*: lightrun detach on, lightrun detach off$/m)
  expect(stdout).toMatch(/^threads +up /m)
  expect(app.output()).toMatch(/^lightrun: worker thread \d+ detached itself after/m)
  expect(app.output()).toMatch(/^lightrun: internal_error: worker thread \d+: ./m)
  expect(app.output()).not.toContain('the worker ended')

  app.child.kill('SIGUSR2')
  const { hitCount } = await stand.client.action(id)
  await stand.lightrun('detach', 'on')
  await until('the policy', async () => (await workerOf())?.detached?.message.includes('policy') || undefined)
  await stand.lightrun('detach', 'off')
  await stand.action(id, (now) => now.hitCount > hitCount)
  expect((await workerOf())?.detached).toBeUndefined()
})

it.each([
  ['right after the turn in which it worked', 'one-turn', { turns: 1, idleMs: 0 }],
  ['while it is idle after many turns', 'many-turns', { turns: 500, idleMs: 250 }],
])('what a worker thread has counted and measured is delivered when it is terminated %s', async (_, name, work) => {
  const app = stand.app(name, ['ends.cjs'], { env: { LIGHTRUN_TAGS: name, WORK: JSON.stringify(work) } })
  await app.says(/running/)
  const ask = (task: Task) =>
    stand.client.createAction({ source: `tag:${name}`, position: { file: 'ended.cjs', line: 3 }, task })
  const counter = await ask({ type: 'counter', name: 'works' })
  const metric = await ask({ type: 'metric', name: 'n', expression: 'n' })
  const duration = await ask({ type: 'duration', name: 'work' })
  for (const { id } of [counter, metric, duration]) {
    await stand.action(id, ({ agents }) => agents.some(({ worker, status }) => worker && status.state === 'placed'))
  }
  app.child.kill('SIGUSR2')
  await app.says(/terminated/)
  const all = 100 * work.turns
  const counts = async () => [
    (await stand.client.action(counter.id)).hitCount,
    (await stand.client.metrics(metric.id)).total.value?.count,
    (await stand.client.metrics(duration.id)).total.returned?.count,
  ]
  await until('the end of the worker', async () => {
    const isIts = ({ displayName, worker, connected }: AgentView) => displayName === name && worker && connected
    return (await stand.client.agents()).some(isIts) ? undefined : true
  })
  expect(await counts()).toEqual([all, all, all])
})
