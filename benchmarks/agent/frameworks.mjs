import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { cpuMicrosOf } from './process-time.mjs'
import { createStand, here, REGISTER, until } from './stand.mjs'
import { inTurn, median, medianRatio, spread } from './statistics.mjs'

const CONNECTIONS = 16
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
 * us: two processes that are loaded in turn. CPU is what a request takes of its process, on all threads: where something else uses the
 * machine, it tells more than the rate.
 */
export async function measureFrameworks(stand, rounds, requests) {
  const rows = []
  for (const { name, file } of APPLICATIONS) rows.push(await measureOne(stand, name, file, rounds, requests))
  return rows
}

async function measureOne(stand, name, file, rounds, requests) {
  const subjects = [await start(stand, name, file, false), await start(stand, name, file, true)]
  const [base, woven] = subjects
  try {
    if (JSON.stringify(await base.answers()) !== JSON.stringify(await woven.answers())) {
      throw new Error(`${name} answers something else when it is woven`)
    }
    for (let turn = 0; turn < 3; turn++) for (const subject of subjects) await subject.load(requests)
    for (let round = 0; round < rounds; round++) {
      for (const subject of inTurn(subjects, round)) {
        const { rate, cpuMicros } = await subject.load(requests)
        subject.rates.push(rate)
        subject.cpu.push(cpuMicros)
      }
    }
    return {
      name,
      rate: median(woven.rates),
      ratio: medianRatio(woven.rates, base.rates),
      range: spread(woven.rates, base.rates),
      cpuMicros: median(woven.cpu),
      cpuRatio: medianRatio(woven.cpu, base.cpu),
      leastCpuRatio: Math.min(...woven.cpu) / Math.min(...base.cpu),
    }
  } finally {
    for (const subject of subjects) await subject.close()
  }
}

async function start(stand, name, file, isWoven) {
  const displayName = `bench: ${name}`
  const child = stand.fork(file, {
    execArgv: isWoven ? ['--import', REGISTER] : [],
    env: isWoven ? stand.environment(displayName, { LIGHTRUN_WEAVE_CACHE: 'false' }) : process.env,
  })
  const [{ port }] = await once(child, 'message')
  if (isWoven) await proveWoven(stand, displayName)
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1 })
  const headers = { 'content-type': 'application/json' }

  async function ask({ expected, ...request }) {
    const { statusCode, body } = await pool.request({ ...request, headers })
    if (statusCode !== expected) throw new Error(`${name} answered ${request.path} with ${statusCode}`)
    return body
  }

  return {
    rates: [],
    cpu: [],
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

/** A line can be asked, by a woven probe; then nothing is asked any more. */
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
    console.log(`Node ${process.versions.node}, ${rounds} rounds of 8000 requests\n`)
    printFrameworks(await measureFrameworks(stand, rounds, 8_000))
  } finally {
    await stand.close()
  }
}

export function printFrameworks(rows) {
  console.log(
    '| application, own code woven, dormant | requests/s | share of no SDK | µs of CPU a request | of no SDK, median | of no SDK, minima |\n|---|---|---|---|---|---|',
  )
  const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`
  for (const { name, rate, ratio, range, cpuMicros, cpuRatio, leastCpuRatio } of rows) {
    const rates = `${Math.round(rate)} | ${percent(ratio)} [${range.map(percent).join(' – ')}]`
    console.log(`| ${name} | ${rates} | ${cpuMicros.toFixed(1)} | ${percent(cpuRatio)} | ${percent(leastCpuRatio)} |`)
  }
}
