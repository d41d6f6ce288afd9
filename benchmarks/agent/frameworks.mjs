import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { cpuMicrosOf } from './process-time.mjs'
import { createStand, here, REGISTER, until } from './stand.mjs'
import { inTurn, median, medianRatio, medianRatioBounds } from './statistics.mjs'

const CONNECTIONS = 16
const WARM_UP_REQUESTS = 16_000
/** About a twentieth of a second: what else the machine does is then the same for both processes of a turn. */
const REQUESTS_A_TURN = 400
const TURNS = 30
const APPLICATIONS = [
  { name: 'Fastify', file: join(here, 'frameworks/fastify-app.mjs') },
  { name: 'Express', file: join(here, 'frameworks/express-app.mjs') },
]
const order = {
  customer: 'vip-7',
  lines: [1, 5, 12].map((quantity) => ({ sku: `sku-${quantity * 31}`, quantity })),
}
const REQUESTS = [
  { method: 'GET', path: '/products?category=chairs&maxCents=20000&page=2', expected: 200 },
  { method: 'GET', path: '/products/sku-77', expected: 200 },
  { method: 'POST', path: '/orders', body: JSON.stringify(order), expected: 201 },
  { method: 'GET', path: '/products/none', expected: 404 },
]

/**
 * Requests per second of an application with its own code woven and an agent that nobody asks anything, against the same application without
 * us. Of two processes of one and the same program one may be an eighth slower than the other for as long as they live, so each round
 * has two new ones, which are loaded in turn. CPU is what a request takes of its process, on all threads.
 */
export async function measureFrameworks(stand, rounds) {
  const rows = []
  for (const { name, file } of APPLICATIONS) rows.push(await measureOne(stand, name, file, rounds))
  return rows
}

async function measureOne(stand, name, file, rounds) {
  await proveAlike(stand, name, file)
  const variants = [false, true].map((isWoven) => ({ isWoven, rates: [], cpu: [] }))
  for (let round = 0; round < rounds; round++) {
    const subjects = []
    try {
      for (const variant of inTurn(variants, round)) subjects.push(await start(stand, name, file, variant))
      for (const subject of subjects) await subject.load(WARM_UP_REQUESTS)
      for (let turn = 0; turn < TURNS; turn++) {
        for (const subject of inTurn(subjects, turn)) subject.loads.push(await subject.load(REQUESTS_A_TURN))
      }
      for (const { variant, loads } of subjects) {
        variant.rates.push(median(loads.map(({ rate }) => rate)))
        variant.cpu.push(median(loads.map(({ cpuMicros }) => cpuMicros)))
      }
    } finally {
      for (const subject of subjects) await subject.close()
    }
  }
  const [base, woven] = variants
  return {
    name,
    rate: median(woven.rates),
    ratio: medianRatio(woven.rates, base.rates),
    bounds: medianRatioBounds(woven.rates, base.rates),
    cpuMicros: median(woven.cpu),
    cpuRatio: medianRatio(woven.cpu, base.cpu),
    cpuBounds: medianRatioBounds(woven.cpu, base.cpu),
  }
}

/** Both answer the same, and the one is woven: a line of it can be asked. */
async function proveAlike(stand, name, file) {
  const base = await start(stand, name, file, { isWoven: false })
  const woven = await start(stand, name, file, { isWoven: true })
  try {
    await proveWoven(stand, woven.displayName)
    if (JSON.stringify(await base.answers()) !== JSON.stringify(await woven.answers())) {
      throw new Error(`${name} answers something else when it is woven`)
    }
  } finally {
    await base.close()
    await woven.close()
  }
}

async function start(stand, name, file, variant) {
  const displayName = `bench: ${name}`
  const { isWoven } = variant
  const child = stand.fork(file, {
    execArgv: isWoven ? ['--import', REGISTER] : [],
    env: isWoven ? stand.environment(displayName, { LIGHTRUN_WEAVE_CACHE: 'false' }) : process.env,
  })
  const [{ port }] = await once(child, 'message')
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 })
  const headers = { 'content-type': 'application/json' }

  async function ask({ expected, ...request }) {
    const { statusCode, body } = await pool.request({ ...request, headers })
    if (statusCode !== expected) throw new Error(`${name} answered ${request.path} with ${statusCode}`)
    return body
  }

  return {
    displayName,
    variant,
    loads: [],
    answers: () => Promise.all(REQUESTS.map(async (request) => (await ask(request)).json())),
    async load(requests) {
      let left = requests
      const cpuBefore = await cpuMicrosOf(child.pid)
      const begin = performance.now()
      const worker = async () => {
        while (left-- > 0) await (await ask(REQUESTS[left & 3])).dump()
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, worker))
      const rate = (requests / (performance.now() - begin)) * 1_000
      return { rate, cpuMicros: ((await cpuMicrosOf(child.pid)) - cpuBefore) / requests }
    },
    async close() {
      await pool.close()
      child.kill()
    },
  }
}

async function proveWoven(stand, displayName) {
  await stand.agentNamed(displayName)
  const task = { type: 'counter', name: 'proof' }
  const position = { file: 'frameworks/catalogue.mjs', line: 18 }
  const { id } = await stand.client.createAction({ source: displayName, position, task, expireSeconds: 3_600 })
  await until(`placing ${displayName}`, async () => {
    const [agent] = (await stand.client.action(id)).agents
    if (agent?.status.state === 'failed') throw new Error(JSON.stringify(agent.status))
    return agent?.status.engine === 'weave'
  })
  await stand.client.deleteAction(id)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stand = await createStand()
  try {
    const rounds = Number(process.env.ROUNDS ?? 15)
    console.log(`Node ${process.versions.node}, ${rounds} rounds of ${TURNS} turns of ${REQUESTS_A_TURN} requests\n`)
    printFrameworks(await measureFrameworks(stand, rounds))
  } finally {
    await stand.close()
  }
}

export function printFrameworks(rows) {
  console.log(
    '| application, own code woven, dormant | requests/s | share of no SDK, with 95 % confidence | µs of CPU a request | of no SDK |\n|---|---|---|---|---|',
  )
  const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`
  const share = (ratio, bounds) => `${percent(ratio)} [${bounds.map(percent).join(' – ')}]`
  for (const { name, rate, ratio, bounds, cpuMicros, cpuRatio, cpuBounds } of rows) {
    const cpu = `${cpuMicros.toFixed(1)} | ${share(cpuRatio, cpuBounds)}`
    console.log(`| ${name} | ${Math.round(rate)} | ${share(ratio, bounds)} | ${cpu} |`)
  }
}
