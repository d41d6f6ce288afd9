import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, type Running, type Stand } from './support/stand.ts'

const APP = `let passes = 0
function tick() {
  passes++
  if (passes % 100 === 0) console.log('passes ' + passes)
}
setInterval(tick, 2)
`

/** Tells when probes come and go. */
const ARMED = `let before
function tick() {
  const seen = Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith('$lr_') && typeof globalThis[name] === 'function').length
  if (seen !== before) console.log('armed ' + seen)
  before = seen
}
setInterval(tick, 10)
`

const PRINTED_EVERY = 100

describe('a server that goes away', () => {
  let stand: Stand
  let app: Running
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'app.cjs': APP })
    app = stand.app('app', ['app.cjs'])
    await stand.agent('app')
  })
  afterAll(() => stand.close())

  it('the application does not notice, the agent converges by itself, and nothing that was counted is lost', async () => {
    const counter = await stand.client.createAction({
      source: 'app',
      position: { file: 'app.cjs', line: 3 },
      task: { type: 'counter', name: 'passes' },
    })
    await stand.action(counter.id, ({ agents }) => agents.some(({ status }) => status.state === 'hitting'))
    const from = passes(app)
    const removed = await stand.client.createAction({
      source: 'app',
      position: { file: 'app.cjs', line: 3 },
      task: { type: 'log', format: '{passes}', level: 'info', targets: ['server'] },
    })
    await stand.hits(removed.id, 3)

    await stand.server.kill('SIGKILL')
    const down = passes(app)
    await sleep(2_000)
    expect(passes(app)).toBeGreaterThan(down + 300)
    await stand.restartServer()

    await stand.agent('app')
    const before = (await stand.client.action(counter.id)).hitCount
    await stand.action(counter.id, ({ hitCount }) => hitCount > before)
    await stand.client.deleteAction(removed.id)
    const log = await stand.client.createAction({
      source: 'app',
      position: { file: 'app.cjs', line: 4 },
      task: { type: 'log', format: 'again {passes}', level: 'info', targets: ['server'] },
      maxHits: 2,
    })
    await stand.hits(log.id, 2)
    // Passes while the server was down were counted in the agent, and reported afterwards: more than two seconds of them.
    const least = passes(app) - from
    const { hitCount } = await stand.action(counter.id, (view) => view.hitCount >= least)
    expect(hitCount).toBeLessThanOrEqual(passes(app) - from + 2 * PRINTED_EVERY)
    expect(app.output()).not.toMatch(/Error|Warning/)
  })

  it('an action ends on time by the clock of the agent, whoever is there to see it', async () => {
    await stand.write({ 'armed.cjs': ARMED })
    const watched = stand.app('armed', ['armed.cjs'])
    await stand.agent('armed')
    await watched.says(/armed 0\n$/)
    const { id } = await stand.client.createAction({
      source: 'armed',
      position: { file: 'armed.cjs', line: lineOf(ARMED, 'const seen') },
      task: { type: 'counter', name: 'passes' },
      expireSeconds: 6,
    })
    await watched.says(/armed 1\n$/)
    await stand.server.kill('SIGKILL')
    await watched.says(/armed 0\n$/)
    await stand.restartServer()
    const { agents } = await stand.action(id, ({ agents }) => agents.some(({ status }) => status.state === 'ended'))
    expect(agents[0]?.status).toMatchObject({ state: 'ended', reason: 'expired' })
  })
})

function passes(app: Running): number {
  return Number(/passes (\d+)\n$/.exec(app.output())?.[1] ?? 0)
}
