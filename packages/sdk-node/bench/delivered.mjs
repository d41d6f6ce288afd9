// What a hit of a log costs a process in all, from the call to the acknowledgement: CPU time of all its threads, added to the same
// calls without an action, the least of many rounds. The transport is in memory and answers at once.
//
//   npm run build:js && node packages/sdk-node/bench/delivered.mjs [rounds]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { createMemoryTransport, decodeUpFrame, encodeFrame } from '@lightrun/core'
import { start } from '@lightrun/sdk-node'

const HITS = 8_000
const WARM_UP = 5
/** As many as a server of 16 connections serves in one turn. */
const HITS_PER_TURN = 16
const SOURCE = `'use strict'
exports.asked = function asked(cart, n) {
  const total = cart.price * n
  return total // here
}
exports.free = function free(cart, n) {
  const total = cart.price * n
  return total
}
`
const CARTS = Array.from({ length: 64 }, (_, n) => ({ id: crypto.randomUUID(), customerId: 'c-1', price: n }))
const rounds = Number(process.argv[2] ?? 60)

const folder = mkdtempSync(join(tmpdir(), 'lightrun-delivered-'))
const { transport, server } = createMemoryTransport()
const agent = start({ lightrunSecret: 'bench', transport: () => transport, ignoreQuota: true })
try {
  const file = join(folder, 'subject.cjs')
  writeFileSync(file, SOURCE)
  await agent.flush(1_000)
  const { asked, free } = createRequire(import.meta.url)(file)
  server.publish(encodeFrame(desiredState()))
  await agent.ready(5_000)

  const best = { asked: Number.POSITIVE_INFINITY, free: Number.POSITIVE_INFINITY }
  let bytes = 0
  let delivered = 0
  for (let round = -WARM_UP; round < rounds; round++) {
    const costs = { asked: await run(asked), free: await run(free) }
    for (const name of ['asked', 'free']) best[name] = Math.min(best[name], costs[name])
    for (const frame of server.received.splice(0)) {
      bytes += frame.byteLength
      delivered += decodeUpFrame(frame).reports.filter(({ kind }) => kind === 'hit').length
    }
  }
  const made = (rounds + WARM_UP) * HITS
  if (delivered !== made) throw new Error(`${delivered} hits of ${made} were delivered`)
  const micros = (best.asked - best.free).toFixed(2)
  console.log(`Node ${process.versions.node}, least of ${rounds} rounds of ${HITS} hits\n`)
  console.log('| a hit of a log | µs of CPU | bytes |\n|---|---|---|')
  console.log(`| two values, delivered | ${micros} | ${Math.round(bytes / delivered)} |`)
} finally {
  await agent.stop()
  rmSync(folder, { recursive: true })
}

/** Microseconds of CPU a call, with all that it leads to. */
async function run(call) {
  const before = process.cpuUsage()
  for (let n = 0; n < HITS; ) {
    for (let each = 0; each < HITS_PER_TURN; each++, n++) call(CARTS[n % CARTS.length], n)
    await turn()
  }
  await agent.flush(5_000)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / HITS
}

function desiredState() {
  const task = { type: 'log', format: 'cart {cart.id} of {cart.customerId}', level: 'info', targets: ['server'] }
  const position = { file: 'subject.cjs', line: 4 }
  const action = { id: 'a', revision: 1, position, task, expiresAtMs: Date.now() + 3_600_000 }
  return { protocol: 1, version: 1, serverTimeMs: Date.now(), actions: [action] }
}
