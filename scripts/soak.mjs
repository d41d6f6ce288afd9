// A service under load for as long as you like, with actions of every kind placed, changed and removed, over and over. Fails
// when the server's counts differ from what the service itself has counted, when an answer of the service is wrong, or
// when the service or the server holds more and more: heap after collection, handles, threads, open files.
//
//   npm run soak                               five minutes, on an embedded database
//   npm run soak -- --minutes 60
//   npm run soak -- --storage postgres://…
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { growth, median } from './soak/growth.mjs'
import { startMeasured } from './soak/measured-process.mjs'
import { QUESTIONS } from './soak/questions.mjs'

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, storage: { type: 'string' } },
})
const minutes = Number(flags.minutes)
if (!(minutes > 0)) throw new Error('--minutes takes a number above 0')

const root = fileURLToPath(new URL('..', import.meta.url))
/** Time under load between two looks: thrice a cycle. */
const LOAD_MS = 2_000
/** Visitors at a time, and their pause between two requests: the load is to be steady, not the machine to be full. */
const VISITORS = 4
const PAUSE_MS = 5
/** Longest time from the last request to the last count, on a busy machine. */
const SETTLE_MS = 60_000
/** Cycles before growth counts: caches fill, code is compiled, connections are opened. */
const WARM_UP = 0.25
/** What may have grown by in all, as far as it is a trend: noise of the collector, a connection more or less. */
const TOLERANCE = { heap: 2 * 1024 * 1024, handles: 1, threads: 1, files: 1 }
/** This script asks the server about all its actions at once, by as many connections as that takes. */
const CONNECTIONS = QUESTIONS.length

const folder = mkdtempSync(join(tmpdir(), 'lightrun-soak-'))
const running = []
try {
  await build()
  await soak()
} finally {
  await Promise.all(running.map((each) => each.stop()))
  rmSync(folder, { recursive: true, force: true })
}

async function build() {
  const [code] = await once(
    spawn(process.execPath, [join(root, 'scripts/build.mjs'), '--js'], { stdio: 'inherit' }),
    'exit',
  )
  if (code !== 0) throw new Error('the build failed')
}

async function soak() {
  const server = await startServer()
  const { createClient } = await import('../packages/client/dist/index.js')
  const bootstrap = JSON.parse(readFileSync(join(folder, 'bootstrap.json'), 'utf8'))
  const client = createClient({ server: bootstrap.url, apiKey: bootstrap.apiKey })
  const service = await startService(bootstrap)
  await until('the service to connect', async () => (await client.agents()).some(isService))

  const samples = []
  const endMs = performance.now() + minutes * 60_000
  let answers = 0
  let compared = 0
  while (performance.now() < endMs || samples.length < 4) {
    const cycle = await runCycle(client, service.url)
    answers += cycle.answers
    compared += cycle.compared
    samples.push({ service: await service.measure(), server: await server.measure() })
    print(samples.at(-1), samples.length, answers, compared)
  }
  conclude(samples, answers, compared)
}

async function startServer() {
  const file = join(root, 'packages/server-reference/bin/lightrun-server.js')
  const storage = flags.storage ?? `pglite:${join(folder, 'database')}`
  const server = startMeasured(file, [
    ...['--storage', storage, '--port', '0', '--log-level', 'warn'],
    ...['--bootstrap-file', join(folder, 'bootstrap.json')],
  ])
  running.push(server)
  await server.says(/listens on/)
  return server
}

async function startService({ url, lightrunSecret }) {
  const service = startMeasured(fileURLToPath(new URL('soak/service.cjs', import.meta.url)), [], {
    execArgv: ['--import', new URL('../packages/sdk-node/dist/register.js', import.meta.url).href],
    env: {
      LIGHTRUN_SECRET: lightrunSecret,
      LIGHTRUN_API_ENDPOINT: url,
      LIGHTRUN_DISPLAY_NAME: 'soak',
      // The counts of a log are exact only while it is not throttled.
      LIGHTRUN_MAX_CPU_COST: '100',
    },
  })
  running.push(service)
  const [, address] = await service.says(/listening on (\S+)/)
  return { ...service, url: address }
}

function isService({ displayName, connected }) {
  return displayName === 'soak' && connected
}

/** Places, compares, changes, compares, removes. */
async function runCycle(client, url) {
  const asked = await Promise.all(
    QUESTIONS.map(async ({ name, task, position, condition, maxHits, ...rest }) => {
      const more = { ...(condition && { condition }), ...(maxHits && { maxHits }) }
      const { id } = await client.createAction({ source: 'soak', position, task, ...more })
      return { id, name, task, expected: 0, ...rest }
    }),
  )
  for (const each of asked) await isPlaced(client, each)
  let answers = await load(url, LOAD_MS, async (done) => {
    for (const each of asked) each.expected += each.counted(done)
    await compare(client, asked)
  })

  for (const each of asked) {
    if (each.change === undefined) continue
    const change = each.change(each.task)
    const changedMs = Date.now()
    if (change === 'off') await client.setEnabled(each.id, false)
    else await client.editAction(each.id, change)
    await isPlaced(client, each, change === 'off' ? 'ended' : 'placed', changedMs)
  }
  answers += await load(url, LOAD_MS, async (done) => {
    for (const each of asked) {
      // A snapshot has had its hits.
      if (each.name !== 'snapshot') each.expected += (each.after ?? each.counted)(done)
    }
    await compare(client, asked)
  })

  for (const { id } of asked) await client.deleteAction(id)
  answers += await load(url, LOAD_MS, async () => {})
  return { answers, compared: 2 * asked.length }
}

async function isPlaced(client, { id, name }, state = 'placed', sinceMs = 0) {
  await until(`${name} to be ${state}`, async () => {
    const { agents } = await client.action(id)
    return agents.some(({ status, atMs }) => {
      if (status.state === 'failed') throw new Error(`${name}: ${status.code}: ${status.message}`)
      return status.state === state && atMs >= sinceMs
    })
  })
}

/** Requests for a while; then, with all of them answered, what the service has counted meanwhile. */
async function load(url, ms, then) {
  const agent = new Agent({ keepAlive: true, maxSockets: VISITORS })
  const before = JSON.parse(await request(agent, `${url}/counts`))
  const end = performance.now() + ms
  let answers = 0
  await Promise.all(
    Array.from({ length: VISITORS }, async (_, visitor) => {
      for (let id = visitor; performance.now() < end; id += VISITORS) {
        const answer = await request(agent, `${url}/?id=${id}`)
        if (answer !== expectedAnswer(id)) throw new Error(`order ${id} was answered with ${answer}`)
        answers++
        await sleep(PAUSE_MS)
      }
    }),
  )
  const after = JSON.parse(await request(agent, `${url}/counts`))
  agent.destroy()
  await then(Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]])))
  return answers
}

/** What the service computes, computed here. */
function expectedAnswer(id) {
  const count = 1 + (id % 3)
  let total = 0
  for (let n = 0; n < 1 + (id % 5); n++) total += (100 + n) * count
  const payment = id % 10 === 9 ? 'the card was declined' : `pay-${id}-${total}`
  return JSON.stringify({ id, total, payment, weight: 1 + (id % 5) })
}

function request(agent, url) {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve(text)).on('error', reject)
    }).on('error', reject)
  })
}

async function compare(client, asked) {
  const counts = async () => Promise.all(asked.map(async ({ id }) => client.action(id)))
  const differing = (views) =>
    views.flatMap(({ hitCount, losses }, index) => {
      const { name, expected } = asked[index]
      return hitCount === expected
        ? []
        : [`${name}: ${hitCount} at the server, ${expected} in the service, losses ${JSON.stringify(losses)}`]
    })
  let latest = []
  await until('the counts to agree', async () => {
    latest = differing(await counts())
    return latest.length === 0
  }).catch((error) => {
    throw new Error(`${error.message}\n${latest.join('\n')}`)
  })
  // A count that goes on growing would be wrong a moment later.
  const late = differing(await counts())
  if (late.length > 0) throw new Error(late.join('\n'))
}

async function until(what, isSo) {
  const deadline = performance.now() + SETTLE_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`waited ${SETTLE_MS / 1_000} s in vain for ${what}`)
    await sleep(50)
  }
}

function print({ service, server }, cycles, answers, compared) {
  const text = ({ heap, rss, handles, threads, files }) =>
    `heap ${mib(heap)} MiB, rss ${mib(rss)} MiB, ${handles} handles, ${threads} threads, ${files} files`
  console.log(
    `cycle ${cycles}, ${answers} answers right, ${compared} counts equal\n  service: ${text(service)}\n  server:  ${text(server)}`,
  )
}

function mib(bytes) {
  return (bytes / 1024 / 1024).toFixed(2)
}

function conclude(samples, answers, compared) {
  const counted = samples.slice(Math.floor(samples.length * WARM_UP))
  const faults = []
  console.log(
    `\n${minutes} minutes, ${samples.length} cycles, ${answers} answers right, ${compared} counts equal; after the warm-up:\n`,
  )
  console.log('| process | what    | median | grown by | allowed |')
  console.log('| ------- | ------- | ------ | -------- | ------- |')
  for (const name of ['service', 'server']) {
    for (const [what, tolerance] of Object.entries(TOLERANCE)) {
      const areConnections = name === 'server' && (what === 'handles' || what === 'files')
      const allowed = areConnections ? tolerance + CONNECTIONS : tolerance
      const values = counted.map((sample) => sample[name][what])
      const grown = growth(values)
      const show = what === 'heap' ? (value) => `${mib(value)} MiB` : (value) => value.toFixed(1)
      console.log(`| ${name} | ${what} | ${show(median(values))} | ${show(grown)} | ${show(allowed)} |`)
      if (grown > allowed) faults.push(`${what} of the ${name} grew by ${show(grown)}`)
    }
    if (samples.at(-1)[name].armed > 0) faults.push(`${samples.at(-1)[name].armed} probes are left in the ${name}`)
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
  console.log('\nnothing grew, and every count was equal')
}
