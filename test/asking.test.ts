import type { ActionView, HitView, LogHit, SnapshotHit } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, type Running, type Stand } from './support/stand.ts'

/**
 * A service with one order every few milliseconds and a span for each, held as OpenTelemetry's API holds it: registered
 * under its symbol, active by asynchronous context.
 */
const SHOP = `
const { AsyncLocalStorage } = require('node:async_hooks')
const { randomBytes } = require('node:crypto')
const storage = new AsyncLocalStorage()
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const contextOf = (values) => ({ getValue: (key) => values.get(key) })
globalThis[Symbol.for('opentelemetry.js.api.1')] = {
  version: '1.9.0',
  context: { active: () => storage.getStore() ?? contextOf(new Map()) },
}
const traced = (work) => {
  const ids = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), traceFlags: 1 }
  return storage.run(contextOf(new Map([[SPAN, { spanContext: () => ids }]])), work, ids)
}
let orders = 0
function priceOf(order) {
  const net = order.items.length * 7
  if (order.items.length === 0) throw new RangeError('nothing ordered')
  return { net, gross: net * 2 }
}
async function place(n, ids) {
  const order = { n, items: Array.from({ length: n % 3 }, () => 'tea'), trace: ids.traceId }
  await null
  const first = n // first
  const second = n // second
  try {
    const price = priceOf(order)
    return price.gross
  } catch (error) {
    return error.message
  }
}
function never(n) {
  return n + 1 // never
}
setInterval(() => traced((ids) => place(orders++, ids)), 5)
if (orders < 0) never(1)
`
const at = (text: string) => `shop.cjs:${lineOf(SHOP, text)}`

describe('asking a running service', () => {
  let stand: Stand
  let app: Running
  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ 'shop.cjs': SHOP })
    app = stand.app('shop', ['shop.cjs'])
    await stand.agent('shop')
  })
  afterAll(async () => {
    expect(app.output()).toBe('')
    await stand.close()
  })

  const ask = async (...words: string[]): Promise<ActionView> => {
    const { code, stdout, stderr } = await stand.lightrun(...words, '--json')
    if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`)
    return JSON.parse(stdout)
  }
  const shown = async ({ id }: ActionView) => (await stand.lightrun('show', id)).stdout

  it('a snapshot at a return has the value', async () => {
    const { id } = await ask('snapshot', 'shop', at('const net'), '--at', 'return', '--condition', '$return.net > 7')
    await stand.hits(id, 1)
    expect((await stand.lightrun('hits', id)).stdout).toContain('$return = { net: 14, gross: 28 }')
  })

  it('a log at a throw has the error, the values as fields, and the span of its order', async () => {
    const { id } = await ask('log', 'shop', at('const net'), 'no {order.n}: {why: $error.message}', '--at', 'throw')
    const hits = await stand.hits(id, 3)
    for (const { data } of hits.slice(0, 3) as (HitView & { data: LogHit })[]) {
      expect(data.text).toMatch(/^no \d+: nothing ordered$/)
      expect(data.fields).toMatchObject([
        { name: 'order.n', value: { type: 'number' } },
        { name: 'why', value: { type: 'string', value: 'nothing ordered' } },
      ])
    }
    const traced = await ask('snapshot', 'shop', at('first'), '--max-hits', '3')
    for (const { data } of (await stand.hits(traced.id, 3)) as (HitView & { data: SnapshotHit })[]) {
      const ids = data.variables.find(({ name }) => name === 'ids')?.value
      const { traceId, spanId } = data.trace ?? {}
      expect(JSON.stringify(ids)).toContain(`"${traceId}"`)
      expect(JSON.stringify(ids)).toContain(`"${spanId}"`)
    }
  })

  it('hits of several actions come in the order in which they happened', async () => {
    const first = await ask('snapshot', 'shop', at('first'), '--max-hits', '20', '--watch', 'n')
    const second = await ask('log', 'shop', at('second'), '{n}')
    await stand.hits(first.id, 20)
    await stand.hits(second.id, 20)
    const hits = [...(await stand.client.hits(first.id)).hits, ...(await stand.client.hits(second.id)).hits]
    const orderOf = ({ data }: HitView) =>
      data.type === 'log' ? Number(data.text) : Number(JSON.stringify(data.watches).match(/"value":(\d+)/)?.[1])
    const orders = hits.sort((a, b) => a.id - b.id).map((hit) => [orderOf(hit), hit.data.type] as const)
    expect(orders.length).toBeGreaterThan(39)
    for (const [index, [order]] of orders.entries()) {
      const before = orders[index - 1]
      if (before !== undefined) expect(order).toBeGreaterThanOrEqual(before[0])
    }
    const both = orders.filter(([order]) => orders.some(([other, type]) => other === order && type === 'snapshot'))
    // Of one order, the snapshot of the line above comes first.
    for (const [index, [order, type]] of both.entries()) {
      if (both[index - 1]?.[0] === order) expect([both[index - 1]?.[1], type]).toEqual(['snapshot', 'log'])
    }
    await stand.lightrun('rm', second.id)
  })

  describe('says why there is no hit', () => {
    it('when the line is not reached', async () => {
      const action = await ask('log', 'shop', at('// never'), 'x')
      await stand.action(action.id, ({ agents }) => agents[0]?.passes?.passes === 0)
      expect(await shown(action)).toMatch(/no hits: nothing has run this line in the \d+s since it was placed/)
      expect((await stand.lightrun('actions')).stdout).toMatch(/never|not reached/)
    })

    it('when the condition is never true, with exact numbers', async () => {
      const action = await ask('log', 'shop', at('first'), 'x', '--condition', 'n < 0')
      await stand.action(action.id, ({ agents }) => (agents[0]?.passes?.conditionFalse ?? 0) > 200)
      const view = await stand.client.action(action.id)
      expect(view.agents[0]?.passes).toMatchObject({ conditionFailed: 0, throttled: 0 })
      expect(view.agents[0]?.passes?.passes).toBe(view.agents[0]?.passes?.conditionFalse)
      expect(await shown(action)).toMatch(/no hits: passed \d+ times, and the condition was false each time/)
      // Another condition begins to count anew.
      await stand.lightrun('edit', action.id, '--condition', 'n.x.y')
      await stand.action(action.id, ({ agents }) => (agents[0]?.passes?.conditionFailed ?? 0) > 0)
      expect(await shown(action)).toMatch(/the condition could not be evaluated each time; the agent says why/)
      await stand.lightrun('rm', action.id)
    })
  })

  it('an action for all of several sources finds services that start later, and theirs only', async () => {
    const env = (tags: string[]) => ({ LIGHTRUN_TAGS: tags.join(',') })
    const action = await ask('counter', 'tag:blue+tag:late', at('first'), 'orders', '--no-wait')
    const both = stand.app('both', ['shop.cjs'], { env: env(['blue', 'late']) })
    const one = stand.app('one', ['shop.cjs'], { env: env(['blue']) })
    await Promise.all([stand.agent('both'), stand.agent('one')])
    const counting = await stand.action(action.id, ({ hitCount }) => hitCount > 10)
    expect(counting.agents.map(({ displayName }) => displayName)).toEqual(['both'])
    await Promise.all([both.kill(), one.kill()])
  })

  it('the same can be asked again elsewhere, and what is over be removed at once', async () => {
    const first = await ask('snapshot', 'shop', at('first'))
    await stand.action(first.id, ({ state }) => state === 'ended')
    const { code, stdout } = await stand.lightrun('duplicate', first.id, '--where', at('second'), '--json')
    const copy = JSON.parse(stdout) as ActionView
    expect([code, copy.position.line]).toEqual([0, lineOf(SHOP, 'second')])
    await stand.action(copy.id, ({ state }) => state === 'ended')
    expect((await stand.client.hits(copy.id)).hits[0]?.data).toMatchObject({
      frames: [{ line: lineOf(SHOP, 'second') }],
    })
    const { removed } = JSON.parse((await stand.lightrun('rm', '--over', '--json')).stdout)
    expect(removed).toEqual(expect.arrayContaining([first.id, copy.id]))
    await expect(stand.client.action(first.id)).rejects.toMatchObject({ code: 'action_unknown' })
  })
})
