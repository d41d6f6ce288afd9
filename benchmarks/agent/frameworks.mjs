import { fileURLToPath } from 'node:url'
import { APPLICATIONS, startFramework, WARM_UP_REQUESTS } from './framework-process.mjs'
import { cpuMicrosOf } from './process-time.mjs'
import { createStand, until } from './stand.mjs'
import { inTurn, median, medianRatio, medianRatioBounds } from './statistics.mjs'

/** About a tenth of a second: what else the machine does is then nearly the same for both processes of a turn. */
const REQUESTS_A_TURN = 4_000
const TURNS = 8

/**
 * Requests per second of an application with its own code woven and an agent that nobody asks anything, against the same application without
 * us. Of two processes of one and the same program one may be an eighth slower than the other for as long as they live, so each round
 * has two new ones, which are loaded in turn. CPU is what a request takes of its process, on all threads.
 */
export async function measureFrameworks(stand, rounds) {
  const rows = []
  for (const application of APPLICATIONS) rows.push(await measureOne(stand, application, rounds))
  return rows
}

async function measureOne(stand, application, rounds) {
  await proveAlike(stand, application)
  const variants = [false, true].map((isWoven) => ({ isWoven, rates: [], cpu: [] }))
  for (let round = 0; round < rounds; round++) await measureRound(stand, application, variants, round)
  const [base, woven] = variants
  return {
    name: application.name,
    rate: median(woven.rates),
    ratio: medianRatio(woven.rates, base.rates),
    bounds: medianRatioBounds(woven.rates, base.rates),
    cpuMicros: median(woven.cpu),
    cpuRatio: medianRatio(woven.cpu, base.cpu),
    cpuBounds: medianRatioBounds(woven.cpu, base.cpu),
  }
}

async function measureRound(stand, application, variants, round) {
  const subjects = []
  try {
    for (const variant of inTurn(variants, round)) {
      subjects.push({ variant, rates: [], cpu: [], process: await startFramework(stand, application, variant.isWoven) })
    }
    for (const { process } of subjects) await process.load(WARM_UP_REQUESTS)
    for (let turn = 0; turn < TURNS; turn++) {
      for (const subject of inTurn(subjects, turn)) await measureTurn(subject)
    }
    for (const { variant, rates, cpu } of subjects) {
      variant.rates.push(median(rates))
      variant.cpu.push(median(cpu))
    }
  } finally {
    for (const { process } of subjects) await process.close()
  }
}

async function measureTurn({ process, rates, cpu }) {
  const cpuBefore = await cpuMicrosOf(process.pid)
  const begin = performance.now()
  await process.load(REQUESTS_A_TURN)
  rates.push((REQUESTS_A_TURN / (performance.now() - begin)) * 1_000)
  cpu.push(((await cpuMicrosOf(process.pid)) - cpuBefore) / REQUESTS_A_TURN)
}

/** Both answer the same, and the one is woven: a line of it can be asked. */
async function proveAlike(stand, application) {
  const base = await startFramework(stand, application, false)
  const woven = await startFramework(stand, application, true)
  try {
    await proveWoven(stand, woven.displayName)
    if (JSON.stringify(await base.answers()) !== JSON.stringify(await woven.answers())) {
      throw new Error(`${application.name} answers something else when it is woven`)
    }
  } finally {
    await base.close()
    await woven.close()
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
