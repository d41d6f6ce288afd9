import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Pool } from 'undici'
import { cpuMicrosOf } from './process-time.mjs'
import { createSink } from './sink.mjs'
import { here, lineOf, placeAction, REGISTER, until } from './stand.mjs'
import { inTurn, median, medianRatio, spread } from './statistics.mjs'

const SHOP = join(here, '../../examples/shop')
const CONNECTIONS = 16
/** The statement of `GET /carts/:id` that answers. */
const STATEMENT = 'return { id: cart.id, lines: cart.lines'

const LOG = { type: 'log', format: 'cart {cart.id} of {cart.customerId}', level: 'info', targets: ['server'] }
const SNAPSHOT = { type: 'snapshot', watches: [] }
/** Enough for every hit. */
const UNLIMITED = { LIGHTRUN_IGNORE_QUOTA: 'true' }

/**
 * To `sink`, a bare server that only keeps what it is sent, as the agents of others are measured without their backends;
 * and once to the reference server, which stores each hit in its database on the same cores.
 */
const VARIANTS = [
  { name: 'no SDK' },
  { name: 'attached, dormant', to: 'sink' },
  { name: 'log, every request', to: 'sink', action: { task: LOG }, environment: UNLIMITED, proof: everyHit },
  { name: 'snapshot, limit reached', to: 'sink', action: { task: SNAPSHOT, maxHits: 1 }, proof: oneHit },
  // By default 1 % of a core is more logs than this server has requests.
  {
    name: 'log, over a quota of 10 a second',
    to: 'sink',
    action: { task: LOG },
    environment: { LIGHTRUN_MAX_DYNAMIC_LOG_RATE: '10' },
    proof: throttled,
  },
  { name: 'log, every request, to the reference server', to: 'stand', action: { task: LOG }, environment: UNLIMITED },
]

/**
 * Requests per second of the shop, one burst of each variant in turn, and what a request takes of the time of its
 * process, over all threads: under a load from elsewhere the better measure.
 */
export async function measureServer(stand, rounds, requests) {
  const source = await readFile(join(SHOP, 'src/routes/carts.ts'), 'utf8')
  const subjects = []
  try {
    for (const variant of VARIANTS) subjects.push(await startShop(stand, variant, lineOf(source, STATEMENT)))
    for (let turn = 0; turn < 3; turn++) for (const subject of subjects) await subject.load(requests)

    const results = new Map(VARIANTS.map(({ name }) => [name, { rates: [], cpu: [] }]))
    for (let round = 0; round < rounds; round++) {
      for (const subject of inTurn(subjects, round)) {
        const { rate, cpuMicros } = await subject.load(requests)
        const { rates, cpu } = results.get(subject.name)
        rates.push(rate)
        cpu.push(cpuMicros)
      }
    }
    for (const subject of subjects) await subject.prove()
    const baseline = results.get('no SDK')
    return VARIANTS.map(({ name }) => {
      const { rates, cpu } = results.get(name)
      return {
        name,
        rate: median(rates),
        ratio: medianRatio(rates, baseline.rates),
        range: spread(rates, baseline.rates),
        cpuMicros: median(cpu),
        cpuRatio: medianRatio(baseline.cpu, cpu),
      }
    })
  } finally {
    for (const subject of subjects) await subject.close()
  }
}

// A figure means nothing before it is proven that the work was really done.

async function everyHit(sink, id, requests) {
  await until('every hit', async () => {
    const { hits, lost, sample } = await sink.of(id)
    if (lost > 0) throw new Error(`${lost} hits are lost`)
    if (!/"text":"cart [\w-]+ of c-1"/.test(sample)) throw new Error(`the log says ${sample}`)
    return hits === requests
  })
}

async function oneHit(sink, id) {
  const { hits } = await until('a hit', () => sink.of(id))
  if (hits !== 1) throw new Error(`${hits} hits instead of one`)
}

async function throttled(sink, id) {
  await until('throttling', async () => (await sink.of(id)).states.some(({ state }) => state === 'throttled'))
}

async function startShop(stand, variant, line) {
  const port = await freePort()
  const name = `bench: shop, ${variant.name}`
  const sink = variant.to === 'sink' ? await createSink() : undefined
  const extra = { PORT: String(port), ...variant.environment }
  const child = stand.fork(join(SHOP, 'dist/server.js'), {
    execArgv: variant.to === undefined ? [] : ['--import', REGISTER],
    env: sink?.environment(extra) ?? stand.environment(name, extra),
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

  let requested = 0
  let actionId
  if (variant.to === 'stand') await stand.agentNamed(name)
  if (variant.action !== undefined) {
    const action = { position: { file: 'src/routes/carts.ts', line }, ...variant.action }
    actionId = sink === undefined ? await placeAction(stand, name, action) : await sink.place(action)
  }
  return {
    name: variant.name,
    async load(requests) {
      requested += requests
      const before = await cpuMicrosOf(child.pid)
      const rate = await measureRate(pool, path, requests)
      return { rate, cpuMicros: ((await cpuMicrosOf(child.pid)) - before) / requests }
    },
    prove: async () => variant.proof?.(sink, actionId, requested),
    async close() {
      await pool.close()
      child.kill()
      await sink?.close()
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
