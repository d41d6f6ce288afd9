import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, type Running, type Stand } from './support/stand.ts'

/** A small application that is never quiet: an order every few milliseconds. */
const SHOP = `
const prices = new Map([['tea', 3], ['cake', 5]])
class Cart {
  #secret = 1
  items = []
  add(sku, quantity) {
    const price = prices.get(sku)
    this.items.push({ sku, quantity, price })
    return this
  }
  async total(user) {
    let sum = 0
    for (const item of this.items) sum += item.price * item.quantity
    await null
    return sum
  }
}
let orders = 0
async function order(user) {
  const cart = new Cart().add('tea', 2).add('cake', orders % 3)
  const total = await cart.total(user)
  orders++
  console.log('order ' + orders + ' ' + total)
  return total
}
let invoices = 0
process.on('SIGUSR2', async () => {
  for (let n = 0; n < 1000; n++) {
    invoices++
    if (n % 100 === 0) await null
  }
  console.log('invoices ' + invoices)
})
setInterval(() => order({ name: 'Ada', password: 'hunter2', age: orders }), 5)
`
const at = (text: string) => `shop.FORMAT:${lineOf(SHOP, text)}`

describe.each(['cjs', 'mjs'])('questions to a running application (.%s)', (format) => {
  let stand: Stand
  let app: Running
  const place = (text: string) => at(text).replace('FORMAT', format)
  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await stand.lightrun(...args, '--json')
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as { id: string }
  }

  beforeAll(async () => {
    stand = await createStand()
    await stand.write({ [`shop.${format}`]: SHOP })
    app = stand.app('shop', [`shop.${format}`])
    await stand.agent('shop')
  })
  afterAll(() => stand.close())

  it('a log answers with the values of the line', async () => {
    const { id } = await ask(
      'log',
      'shop',
      place('orders++'),
      '{user.name} pays {total}, {cart.items.length} items',
      '--max-hits',
      '3',
    )
    const hits = await stand.hits(id, 3)
    for (const { data } of hits) {
      if (data.type !== 'log') throw new Error('not a log')
      expect(data.text).toMatch(/^Ada pays (6|11|16), 2 items$/)
    }
    const view = await stand.action(id, ({ state }) => state === 'ended')
    expect(view.hitCount).toBe(3)
  })

  it('a snapshot shows variables, this, module variables, watches and the stack, and hides secrets', async () => {
    const { id } = await ask(
      'snapshot',
      'shop',
      place('const price = prices.get'),
      '--condition',
      "sku === 'cake'",
      '--watch',
      'this.items.length',
    )
    const [hit] = await stand.hits(id, 1)
    if (hit?.data.type !== 'snapshot') throw new Error('not a snapshot')
    const { variables, watches, frames } = hit.data
    const names = new Map(variables.map(({ name, value }) => [name, value]))
    expect(names.get('sku')).toEqual({ type: 'string', value: 'cake' })
    expect(names.get('this')).toMatchObject({ type: 'object', class: 'Cart' })
    expect(names.get('prices')).toMatchObject({ class: 'Map', size: 2 })
    expect(watches).toEqual([{ name: 'this.items.length', value: { type: 'number', value: 1 } }])
    expect(frames[0]).toMatchObject({ line: lineOf(SHOP, 'const price = prices.get') })
    expect(frames[0]?.function).toMatch(/add$/)
    expect(frames[1]?.function).toMatch(/order$/)
  })

  it('a name that is not there is told with those that are', async () => {
    const { id } = await ask('log', 'shop', place('const total = await'), '{crat.items}', '--max-hits', '1')
    const [hit] = await stand.hits(id, 1)
    expect(hit?.data).toMatchObject({ text: expect.stringMatching(/crat is not defined here; available: .*\bcart\b/) })
  })

  it('redacts by name before a value is read, in variables and in expressions', async () => {
    const { id } = await ask('snapshot', 'shop', place('const total = await'), '--watch', 'user.password')
    const log = await ask('log', 'shop', place('const total = await'), 'pw {user.password}', '--max-hits', '1')
    const answers = JSON.stringify([await stand.hits(id, 1), await stand.hits(log.id, 1)])
    expect(answers).not.toContain('hunter2')
    expect(answers).toContain('redacted')
  })

  it('a counter counts every pass, exactly', async () => {
    const { id } = await ask('counter', 'shop', place('invoices++'), 'invoices')
    for (const invoices of [1_000, 2_000]) {
      app.child.kill('SIGUSR2')
      await app.says(new RegExp(`invoices ${invoices}\\b`))
      const view = await stand.action(id, ({ hitCount }) => hitCount >= invoices)
      expect(view.hitCount).toBe(invoices)
    }
  })

  it('a condition is evaluated on every pass', async () => {
    const { id } = await ask(
      'log',
      'shop',
      place('orders++'),
      '{orders}',
      '--condition',
      'orders % 10 === 3',
      '--max-hits',
      '5',
    )
    const texts = (await stand.hits(id, 5)).map(({ data }) => (data.type === 'log' ? Number(data.text) : Number.NaN))
    expect(texts.map((each) => each % 10)).toEqual([3, 3, 3, 3, 3])
    expect(texts.map((each) => each - (texts[0] ?? 0))).toEqual([0, 10, 20, 30, 40])
  })

  it('toggles off and on, and leaves the code as it was when it is removed', async () => {
    const { id } = await ask('log', 'shop', place('orders++'), 'x')
    await stand.hits(id, 1)
    await stand.lightrun('toggle', id, '--off')
    await sleep(500)
    const quiet = (await stand.client.action(id)).hitCount
    await sleep(500)
    expect((await stand.client.action(id)).hitCount).toBe(quiet)
    await stand.lightrun('toggle', id, '--on')
    await stand.action(id, ({ hitCount }) => hitCount > quiet)
    expect((await stand.lightrun('rm', id)).code).toBe(0)
  })

  it('prints to the application itself when asked', async () => {
    await ask('log', 'shop', place('orders++'), 'from inside {total}', '--target', 'stdout', '--max-hits', '1')
    await app.says(/from inside (6|11|16)/)
  })

  it('expires by itself', async () => {
    const { id } = await ask('log', 'shop', place('orders++'), 'soon over', '--expire', '2s')
    await stand.hits(id, 1)
    await stand.action(
      id,
      ({ state, agents }) => state === 'expired' && agents.every(({ status }) => status.state === 'ended'),
    )
  })

  it('an action set on a tag before the application starts waits for it', async () => {
    const source = 'tag:later'
    const { id } = await ask('log', source, `late.${format}:2`, 'n is {n}', '--no-wait')
    await stand.write({
      [`late.${format}`]: 'function tick(n) {\n  return n\n}\nlet n = 0\nsetInterval(() => tick(n++), 5)\n',
    })
    stand.app('late', [`late.${format}`], { env: { LIGHTRUN_TAGS: 'later,blue' } })
    const [hit] = await stand.hits(id, 1)
    expect(hit?.agentName).toBe('late')
  })
})
