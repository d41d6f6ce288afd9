// What a pass over a probed line costs the application, by what is asked of it: time added to the same function without an
// action, all in one process with the real agent. The least of many batches, in turn, of well under a millisecond each: under
// a load from elsewhere most of them are not interrupted.
//
//   npm run build:js && node packages/sdk-node/bench/hits.mjs [rounds] [variant]
//
// The transport is in memory and answers at once; encoding and sending are measured apart, in benchmarks/agent.
import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryTransport, decodeUpFrame, encodeFrame } from '@lightrun/core'
import { start } from '@lightrun/sdk-node'

const SOURCE = `'use strict'
exports.score = function score(user, items, n) {
  const limit = user.age + n
  return limit // here
}
`
const LINE = 4
const [, , rounds = '1000', only = ''] = process.argv

const API = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

class Context {
  constructor(values) {
    this._currentContext = new Map(values)
    this.getValue = (key) => this._currentContext.get(key)
  }
}
class AbstractContextManager {}
class ContextManager extends AbstractContextManager {
  _storage = new AsyncLocalStorage()
  active() {
    return this._storage.getStore() ?? new Context([])
  }
}
class Span {
  _spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  attributes = {}
  spanContext() {
    return this._spanContext
  }
}

/** A double of what OpenTelemetry's API 1.x and SDK register, in the shapes theirs have: a span is active during `work`. */
// One, as an application has: Node 20 and 22 go through all of them at each promise.
const context = new ContextManager()
function inSpan(work) {
  globalThis[API] = { version: '1.9.0', context }
  try {
    return context._storage.run(new Context([[SPAN, new Span()]]), work)
  } finally {
    delete globalThis[API]
  }
}

const log = (format) => ({ task: { type: 'log', format, level: 'info', targets: ['server'] } })
const snapshot = { task: { type: 'snapshot', watches: [] } }
const VARIANTS = [
  { name: 'no action', calls: 5_000, action: undefined },
  { name: 'condition false, of a number', calls: 5_000, action: { ...log('x'), condition: 'n > 100' } },
  { name: 'condition false, of a member', calls: 5_000, action: { ...log('x'), condition: 'user.age > 100' } },
  { name: 'condition false, of a text', calls: 5_000, action: { ...log('x'), condition: "user.name === 'Bob'" } },
  { name: 'counter', calls: 5_000, action: { task: { type: 'counter', name: 'n' } } },
  { name: 'metric', calls: 5_000, action: { task: { type: 'metric', name: 'n', expression: 'n' } } },
  { name: 'duration', calls: 5_000, action: { task: { type: 'duration', name: 'score' } } },
  { name: 'log', calls: 200, action: log('score {limit} for {user.name}') },
  { name: 'log, in a span of OpenTelemetry', calls: 200, action: log('score {limit} for {user.name}'), within: inSpan },
  { name: 'snapshot of 50 items, 300 values', calls: 5, action: snapshot },
]

const USERS = Array.from({ length: 64 }, (_, n) => ({ name: `Ada ${n}`, age: n }))
const ITEMS = Array.from({ length: 50 }, (_, n) => ({
  sku: `sku-${n}`,
  name: `Item ${n}`,
  quantity: n % 3,
  price: { amount: n * 1.5, currency: 'EUR' },
}))

const folder = mkdtempSync(join(tmpdir(), 'lightrun-hits-'))
const { transport, server } = createMemoryTransport()
const agent = start({ lightrunSecret: 'bench', transport: () => transport, ignoreQuota: true })
try {
  const variants = VARIANTS.filter(({ name }) => name === 'no action' || name.includes(only))
  const subjects = await place(variants)
  for (const subject of subjects) for (let i = 0; i < 200; i++) run(subject)
  const best = new Map(subjects.map(({ name }) => [name, Number.POSITIVE_INFINITY]))
  for (let round = 0; round < Number(rounds); round++) {
    for (const subject of subjects) best.set(subject.name, Math.min(best.get(subject.name), run(subject)))
    // Frames are cut and sent between the measurements.
    await new Promise((resolve) => setTimeout(resolve, 2))
    server.received.length = 0
  }
  const base = best.get('no action')
  console.log(`Node ${process.versions.node}, least of ${rounds} rounds\n`)
  console.log('| a pass, with | ns added |\n|---|---|')
  for (const [name, ns] of best) console.log(`| ${name} | ${(ns - base).toFixed(1)} |`)
} finally {
  await agent.stop()
  rmSync(folder, { recursive: true })
}

/** A file for each variant, so that each has a function and a cell of its own. */
async function place(variants) {
  const require = createRequire(import.meta.url)
  await new Promise((resolve) => setTimeout(resolve, 500))
  const subjects = variants.map((variant, index) => {
    const file = join(folder, `subject${index}.cjs`)
    writeFileSync(file, SOURCE)
    return { ...variant, id: `v${index}`, file, score: require(file).score }
  })
  const actions = subjects
    .filter(({ action }) => action !== undefined)
    .map(({ id, file, action }) => ({
      id,
      revision: 1,
      position: { file, line: LINE },
      expiresAtMs: 3_600_000,
      ...action,
    }))
  server.publish(encodeFrame({ protocol: 1, version: 1, serverTimeMs: 1, actions }))
  const placed = new Set()
  while (placed.size < actions.length) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (const frame of server.received) {
      for (const { kind, actionId, status } of decodeUpFrame(frame).reports) {
        if (kind !== 'status') continue
        if (status.state === 'failed') throw new Error(JSON.stringify(status))
        if (status.state !== 'received') placed.add(actionId)
      }
    }
  }
  return subjects
}

function run(subject) {
  return subject.within === undefined ? batch(subject) : subject.within(() => batch(subject))
}

function batch({ score, calls }) {
  const start = process.hrtime.bigint()
  let sum = 0
  for (let n = 0; n < calls; n++) sum += score(USERS[n & 63], ITEMS, n & 31)
  const ns = Number(process.hrtime.bigint() - start) / calls
  if (sum < 0) throw new Error('the sum is wrong')
  return ns
}
