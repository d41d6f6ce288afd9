import { setTimeout as sleep } from 'node:timers/promises'
import type { ActionView } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, type Running, type Stand, until } from './support/stand.ts'

/** A service that is busy when it is told to be: a request every millisecond, some of which are large. */
const APP = `
let busy = process.env.BUSY !== 'no'
let n = 0
function serve(order) {
  const total = order.items.length * 3
  return total + order.id
}
function greet(order) {
  return order.id
}
setInterval(() => {
  if (!busy) return
  for (let i = 0; i < 5; i++) serve({ id: ++n, items: Array.from({ length: 40 }, (_, k) => ({ k, name: 'item ' + k })) })
  if (n % 500 < 5) greet({ id: n })
}, 5)
setInterval(() => console.log('served', n), 500)
`
const hot = `app.mjs:${lineOf(APP, 'return total')}`
const cool = `app.mjs:${lineOf(APP, 'return order.id')}`

/** Looks at forty items, and never holds. */
const COSTLY = "order.items.filter((item) => item.name.includes('7') && item.k > 100).length > 0"

describe('hit limits over several agents', () => {
  let stand: Stand
  const ask = async (...args: string[]): Promise<ActionView> => {
    const { code, stdout, stderr } = await stand.lightrun(...args, '--json')
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout)
  }
  const ended = (id: string) => stand.action(id, ({ state }) => state === 'ended')
  const hitsBy = async (id: string) => {
    const { hits } = await stand.client.hits(id, { limit: 1_000 })
    const by = new Map<string, number>()
    for (const { agentName } of hits) by.set(agentName, (by.get(agentName) ?? 0) + 1)
    return { count: hits.length, by }
  }
  const lost = ({ losses }: ActionView) => losses.find(({ reason }) => reason === 'hit_limit')?.count ?? 0

  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'app.mjs': APP })
    for (const name of ['one', 'two', 'three']) stand.app(name, ['app.mjs'], { env: { LIGHTRUN_TAGS: 'busy,all' } })
    stand.app('idle', ['app.mjs'], { env: { LIGHTRUN_TAGS: 'all', BUSY: 'no' } })
    for (const name of ['one', 'two', 'three', 'idle']) await stand.agent(name)
  })
  afterAll(() => stand.close())

  it('a snapshot is taken once, by whichever agent comes first', async () => {
    const start = performance.now()
    const { id } = await ask('snapshot', 'tag:all', hot)
    const view = await ended(id)
    expect(performance.now() - start).toBeLessThan(10_000)
    expect([(await hitsBy(id)).count, view.hitCount]).toEqual([1, 1])
    // Each agent looked once at most.
    expect(lost(view)).toBeLessThanOrEqual(2)
  })

  it('many hits are spread evenly, and are exactly as many as were asked for', async () => {
    const { id } = await ask('log', 'tag:busy', hot, '{order.id}', '--max-hits', '300')
    const view = await ended(id)
    const { count, by } = await hitsBy(id)
    expect([count, view.hitCount]).toEqual([300, 300])
    expect([...by.values()].sort()).toEqual([100, 100, 100])
    expect(lost(view)).toBe(0)
  })

  it('what an agent does not need goes to the others', async () => {
    const { id } = await ask('log', 'tag:all', hot, '{order.id}', '--max-hits', '100')
    const view = await ended(id)
    const { count, by } = await hitsBy(id)
    expect([count, by.get('idle')]).toEqual([100, undefined])
    expect(lost(view)).toBeLessThanOrEqual(10)
  })

  it('hits of each agent have a limit of their own', async () => {
    const { id } = await ask('log', 'tag:busy', hot, '{order.id}', '--max-hits-per-agent', '4')
    const isOver = ({ agents }: ActionView) =>
      agents.filter(({ status }) => status.state === 'ended' && status.reason === 'hit_limit').length === 3
    const view = await stand.action(id, isOver)
    expect([view.state, view.hitCount, lost(view)]).toEqual(['active', 12, 0])
    await stand.lightrun('rm', id)
  })

  it('an agent that dies with its share takes nothing along, and neither does the server', async () => {
    const mortal = stand.app('mortal', ['app.mjs'], { env: { LIGHTRUN_TAGS: 'mortal', BUSY: 'no' } })
    stand.app('heir', ['app.mjs'], { env: { LIGHTRUN_TAGS: 'mortal' } })
    await stand.agent('mortal')
    await stand.agent('heir')
    const { id } = await ask('log', 'tag:mortal', hot, '{order.id}', '--max-hits', '400')
    await mortal.kill('SIGKILL')
    await stand.server.kill('SIGKILL')
    await stand.restartServer()
    const view = await ended(id)
    const { count, by } = await hitsBy(id)
    expect([count, by.get('heir'), view.hitCount]).toEqual([400, 400, 400])
  })
})

describe('the price', () => {
  let stand: Stand
  let app: Running
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await stand.lightrun(...args)
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
    return stdout
  }
  const ask = async (...args: string[]): Promise<ActionView> => JSON.parse(await run(...args, '--json'))
  const throttled = async (id: string) => {
    const { agents } = await stand.action(id, (view) => view.agents[0]?.status.state === 'throttled')
    const status = agents[0]?.status
    return status?.state === 'throttled' ? status.message : ''
  }
  const count = async (id: string) => (await stand.client.action(id)).hitCount

  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'app.mjs': APP })
    app = stand.app('app', ['app.mjs'])
    await stand.agent('app')
  })
  afterAll(() => stand.close())

  it('over the budget an action is throttled, says so with numbers, and comes back when the policy gives more', async () => {
    await run('quota', '--cpu', '0.05')
    const { id } = await ask('snapshot', 'app', hot, '--watch', 'order', '--max-hits', '1000')
    expect(await throttled(id)).toContain('over the CPU budget of this process (0.05 % of a core')
    const before = await count(id)
    await run('quota', '--cpu', '50')
    await until('more hits', async () => ((await count(id)) > before + 100 ? true : undefined))
    await run('rm', id)
  })

  it('a greedy action does not starve a modest one', async () => {
    await run('quota', '--cpu', '1')
    const greedy = await ask('snapshot', 'app', hot, '--watch', 'order', '--max-hits', '1000')
    await throttled(greedy.id)
    const modest = await ask('log', 'app', cool, '{order.id}')
    await stand.hits(modest.id, 10)
    const { hitCount, losses } = await stand.client.action(modest.id)
    // On a machine that is busy itself, a hit may take as long as it was kept waiting for a core.
    const refused = losses.find(({ reason }) => reason === 'throttled')?.count ?? 0
    expect(refused).toBeLessThan(hitCount)
    // It still is, or it has made all that a snapshot may: on a busy machine the modest one takes that long.
    await stand.action(greedy.id, ({ state, agents }) => state === 'ended' || agents[0]?.status.state === 'throttled')
    await run('rm', greedy.id, modest.id)
  })

  it('bytes a second have a bound of their own', async () => {
    await run('quota', '--reset', '--cpu', '100', '--bytes', '100')
    const { id } = await ask('log', 'app', hot, '{order.id}')
    expect(await throttled(id)).toContain('over what this process may send (0.098 KiB/s')
    await run('rm', id)
  })

  it('conditions have a bound of their own: over it their actions rest, and others go on', async () => {
    await run('quota', '--reset', '--cpu', '50', '--conditions', '0.1')
    const costly = await ask('log', 'app', hot, '{order.id}', '--condition', COSTLY)
    expect(await throttled(costly.id)).toContain('over the budget for conditions of this process (0.1 % of a core')
    const plain = await ask('log', 'app', cool, '{order.id}')
    await stand.hits(plain.id, 5)
    expect((await stand.client.action(plain.id)).losses).toEqual([])
    expect((await stand.client.action(costly.id)).agents[0]?.passes?.conditionFalse).toBeGreaterThan(0)
    await run('quota', '--conditions', '50')
    const passes = async () => (await stand.client.action(costly.id)).agents[0]?.passes?.conditionFalse ?? 0
    const before = await passes()
    await until('more passes', async () => ((await passes()) > before + 500 ? true : undefined))
    await run('rm', costly.id, plain.id)
    await run('quota', '--reset')
  })

  it('what an application has set for its conditions holds, whatever the policy gives', async () => {
    stand.app('thrifty', ['app.mjs'], { env: { LIGHTRUN_MAX_CPU_COST: '50', LIGHTRUN_MAX_CONDITION_COST: '0.01' } })
    await stand.agent('thrifty')
    await run('quota', '--conditions', '50')
    const { id } = await ask('log', 'thrifty', hot, '{order.id}', '--condition', COSTLY)
    expect(await throttled(id)).toContain('over the budget for conditions of this process (0.01 % of a core')
    await run('rm', id)
    await run('quota', '--reset')
  })

  it('an action may ignore the quota, when the key may', async () => {
    await run('quota', '--reset', '--cpu', '0.001', '--bytes', '1')
    const { key } = await stand.client.createApiKey('plain')
    const args = ['log', 'app', hot, '{order.id}', '--max-hits', '500', '--ignore-quota']
    const refused = await stand.lightrun(...args, '--api-key', key)
    expect([refused.code === 0, refused.stderr.includes('forbidden')]).toEqual([false, true])
    const { id } = await ask(...args)
    const view = await stand.action(id, ({ state }) => state === 'ended')
    expect([view.hitCount, view.losses]).toEqual([500, []])
    await run('quota', '--reset')
  })

  it('the application has served all along', async () => {
    const served = Number((await app.says(/served (\d+)(?![\s\S]*served)/))[1])
    await sleep(1_500)
    expect(Number(/served (\d+)(?![\s\S]*served)/.exec(app.output())?.[1])).toBeGreaterThan(served)
  })
})
