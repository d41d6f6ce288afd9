import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Pool } from 'undici'
import { here, lineOf, placeAction, REGISTER, until } from './stand.mjs'
import { inTurn, median, medianRatio, spread } from './statistics.mjs'

const SHOP = join(here, '../../examples/shop')
const CONNECTIONS = 16
/** The statement of `GET /carts/:id` that answers. */
const STATEMENT = 'return { id: cart.id, lines: cart.lines'

const VARIANTS = [
  { name: 'no SDK', sdk: false },
  { name: 'attached, dormant', sdk: true },
  {
    name: 'log, every request',
    sdk: true,
    action: {
      task: {
        type: 'log',
        format: 'cart {cart.id} with {cart.lines.length} lines',
        level: 'info',
        targets: ['server'],
      },
    },
  },
  { name: 'snapshot, limit reached', sdk: true, action: { task: { type: 'snapshot', watches: [] }, maxHits: 1 } },
]

/** Requests per second of the shop, one burst of each variant in turn. */
export async function measureServer(stand, rounds, requests) {
  const source = await readFile(join(SHOP, 'src/routes/carts.ts'), 'utf8')
  const subjects = []
  for (const variant of VARIANTS) subjects.push(await startShop(stand, variant, lineOf(source, STATEMENT)))
  for (const subject of subjects) await subject.load(requests)
  for (const subject of subjects) await subject.prove()

  const results = new Map(VARIANTS.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const subject of inTurn(subjects, round)) results.get(subject.name).push(await subject.load(requests))
  }
  for (const subject of subjects) await subject.close()
  const baseline = results.get('no SDK')
  return VARIANTS.map(({ name }) => {
    const values = results.get(name)
    return { name, rate: median(values), ratio: medianRatio(values, baseline), range: spread(values, baseline) }
  })
}

async function startShop(stand, variant, line) {
  const port = await freePort()
  const name = `bench: shop, ${variant.name}`
  const child = stand.fork(join(SHOP, 'dist/server.js'), {
    execArgv: variant.sdk ? ['--import', REGISTER] : [],
    env: stand.environment(name, { PORT: String(port) }),
  })
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 })
  const post = async (path, body) => {
    const answer = await pool.request({
      method: 'POST',
      path,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    return answer.body.json()
  }
  await until('the shop', () => post('/carts', { customerId: 'c-1' }).catch(() => undefined))
  const { body } = await pool.request({ method: 'GET', path: '/products' })
  const { products } = await body.json()
  const cart = await post('/carts', { customerId: 'c-1' })
  await post(`/carts/${cart.id}/lines`, { sku: products[0].sku, quantity: 2 })
  const path = `/carts/${cart.id}`

  const load = (requests) => measureRate(pool, path, requests)
  let actionId
  if (variant.sdk) await stand.agentNamed(name)
  if (variant.action !== undefined) {
    actionId = await placeAction(stand, name, { position: { file: 'src/routes/carts.ts', line }, ...variant.action })
  }
  return {
    name: variant.name,
    load,
    async prove() {
      if (actionId === undefined) return
      const { hits } = await until('a hit', async () => {
        const page = await stand.client.hits(actionId, { limit: 1 })
        return page.hits.length > 0 ? page : undefined
      })
      if (!JSON.stringify(hits[0].data).includes(cart.id))
        throw new Error(`the hit does not name the cart: ${JSON.stringify(hits[0].data)}`)
    },
    async close() {
      await pool.close()
      child.kill()
    },
  }
}

async function measureRate(pool, path, requests) {
  let left = requests
  const start = performance.now()
  const worker = async () => {
    while (left-- > 0) {
      const { statusCode, body } = await pool.request({ method: 'GET', path })
      await body.dump()
      if (statusCode !== 200) throw new Error(`the shop answered ${statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  return (requests / (performance.now() - start)) * 1_000
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
