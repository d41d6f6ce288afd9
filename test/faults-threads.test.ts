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
