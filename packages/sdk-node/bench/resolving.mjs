// How long the application stands still while an action is resolved in a minified bundle of about 1 MB with a map of about
// 4 MB: with the reading on its thread, and in place, as where no thread is allowed.
//
//   npm run build:js && node packages/sdk-node/bench/resolving.mjs [rounds]
//
// A round is a process of its own. Blocked: the longest time between two turns of an event loop with a timer of 1 ms, from
// the moment the action arrives until it is placed.
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import threads from 'node:worker_threads'
import { createMemoryTransport, decodeUpFrame, encodeFrame } from '@lightrun/core'
import { build } from 'esbuild'

const MODULES = 2_400
const LINE = 5
const [, , role, bundle] = process.argv

if (role === 'thread' || role === 'here') await application(role, bundle)
else await compare(Number(role ?? 5))

async function compare(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'lightrun-resolving-'))
  try {
    const file = await writeBundle(folder)
    const mb = (path) => (statSync(path).size / 1e6).toFixed(1)
    console.log(`bundle ${mb(file)} MB, map ${mb(`${file}.map`)} MB; medians of ${rounds} processes`)
    const results = { thread: [], here: [] }
    for (let round = 0; round < rounds; round++) {
      for (const where of ['thread', 'here']) results[where].push(await measure(where, file))
    }
    for (const [where, all] of Object.entries(results)) {
      const of = (key) => Math.round(median(all.map((each) => each[key])))
      console.log(
        `${where.padEnd(6)}  blocked ${of('blockedMs')} ms, placed after ${of('placedMs')} ms, again after ${of('againMs')} ms, memory + ${of('grownMb')} MB, ${of('settledMb')} MB when idle`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Modules of one function each, as an application has them. */
async function writeBundle(folder) {
  mkdirSync(join(folder, 'src'))
  const names = Array.from({ length: MODULES }, (_, index) => `part${index}`)
  for (const name of names) {
    writeFileSync(
      join(folder, 'src', `${name}.js`),
      `// What an application is made of: a function that looks at some values and makes another one.
export function ${name}(customer, basket) {
  const discount = customer.isRegular ? 0.1 : 0
  const prices = basket.items.map((item) => item.price * item.quantity * (1 - discount))
  const total = prices.reduce((sum, price) => sum + price, 0)
  if (total > customer.limit) {
    throw new Error('${name}: ' + customer.name + ' may not spend ' + total + ', the limit is ' + customer.limit)
  }
  for (const price of prices) {
    if (price < 0) customer.complain('a negative price in ${name}', { price, discount, total })
    else customer.note(price, basket.items.length)
  }
  return { name: customer.name, total, discount, prices, average: total / Math.max(1, prices.length) }
}
`,
    )
  }
  const main = names.map((name) => `import { ${name} } from './${name}.js'; globalThis.${name} = ${name}`)
  writeFileSync(join(folder, 'src/main.js'), main.join('\n'))
  const outfile = join(folder, 'out/server.js')
  await build({
    entryPoints: [join(folder, 'src/main.js')],
    outfile,
    bundle: true,
    minify: true,
    sourcemap: true,
    platform: 'node',
    format: 'cjs',
  })
  return outfile
}

function measure(where, file) {
  const child = fork(fileURLToPath(import.meta.url), [where, file], { execArgv: ['--expose-gc'] })
  return new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`the application ended with ${code}`)))
  })
}

async function application(where, file) {
  if (where === 'here') {
    threads.Worker = class {
      constructor() {
        throw new Error('no threads here')
      }
    }
    syncBuiltinESMExports()
  }
  const { start } = await import('@lightrun/sdk-node')
  const { transport, server } = createMemoryTransport()
  const agent = start({ lightrunSecret: 'bench', transport: () => transport, quota: { maxCPUCost: 100 } })
  createRequire(import.meta.url)(file)
  // The link is opened a moment after the start.
  await new Promise((resolve) => setTimeout(resolve, 500))
  globalThis.gc()
  const before = process.memoryUsage().rss

  let last = performance.now()
  let blockedMs = 0
  let turning = true
  const turn = () => {
    const now = performance.now()
    blockedMs = Math.max(blockedMs, now - last)
    last = now
    if (turning) setTimeout(turn, 1)
  }
  turn()
  const place = async (id, name) => {
    const position = { file: `src/${name}.js`, line: LINE }
    const action = { id, revision: 1, position, task: { type: 'counter', name: 'n' }, expiresAtMs: 60_000 }
    const startedAt = performance.now()
    const actions = [...place.actions, action]
    place.actions = actions
    server.publish(encodeFrame({ protocol: 1, version: actions.length, serverTimeMs: 1, actions }))
    for (;;) {
      await new Promise(setImmediate)
      const statuses = server.received
        .flatMap((frame) => decodeUpFrame(frame).reports)
        .filter((report) => report.actionId === id && report.kind === 'status')
      if (statuses.some(({ status }) => status.state === 'failed')) throw new Error(JSON.stringify(statuses))
      if (statuses.some(({ status }) => status.state === 'placed')) return performance.now() - startedAt
    }
  }
  place.actions = []
  const placedMs = await place('first', 'part1200')
  const againMs = await place('second', 'part7')
  turning = false
  const grownMb = (process.memoryUsage().rss - before) / 1e6
  // The thread is ended when nobody has asked for half a minute; here it is ended with the agent.
  await agent.stop()
  await new Promise((resolve) => setTimeout(resolve, 200))
  globalThis.gc()
  const settledMb = (process.memoryUsage().rss - before) / 1e6
  process.send({ blockedMs, placedMs, againMs, grownMb, settledMb }, () => process.exit())
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
