import { createHash } from 'node:crypto'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Action, ActionStatus, HitData, Policy, Task } from '@lightrun/core'
import { createScriptedServer, type ScriptedServer } from './scripted-server.ts'
import { lineOf, REGISTER, type Running, start, until } from './stand.ts'

const SOURCE = `const { createHash } = require('node:crypto')
const http = require('node:http')
const v8 = require('node:v8')
let calls = 0
let kept = []
function digest(order) {
  const lines = order.items.map((item) => item.price * item.count)
  const total = lines.reduce((sum, line) => sum + line, 0)
  calls++
  return createHash('sha256').update(JSON.stringify({ id: order.id, total })).digest('hex')
}
const armed = () => Object.getOwnPropertyNames(globalThis).filter((name) => name.startsWith('$lr_') && typeof globalThis[name] === 'function').length
const doIt = {
  '/calls': () => calls,
  '/armed': () => armed(),
  '/heap': () => process.memoryUsage().heapUsed,
  '/chaos': (n) => { globalThis.chaos = n; return globalThis.injected },
  '/block': (ms) => { const from = process.hrtime.bigint(); while (process.hrtime.bigint() - from < BigInt(ms) * 1000000n); return ms },
  '/jump': (ms) => (globalThis.clockJumpMs = ms),
  '/burst': (n) => { for (let id = 0; id < n; id++) digest({ id, items: [] }); return n },
  '/fill': (mib) => {
    const isFull = () => v8.getHeapStatistics().used_heap_size > mib * 2 ** 20
    while (!isFull()) kept.push(new Array(8192).fill(kept.length))
    return kept.length
  },
  '/free': () => { kept = []; return 0 },
  '/quit': () => { process.kill(process.pid, 'SIGTERM'); return 0 },
}
http.createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://x')
  const n = Number(searchParams.get('n'))
  if (doIt[pathname] !== undefined) return response.end(String(doIt[pathname](n)))
  response.end(digest({ id: n, items: [{ price: n % 7, count: 2 }, { price: 3, count: n % 5 }] }))
}).listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port) })
`
const at = (text: string) => ({ file: 'service.cjs', line: lineOf(SOURCE, text) })
/** Lines of \`digest\`, which every order passes once. */
export const PLACE = { begin: at('const lines'), calls: at('calls++'), end: at('return createHash') }

const answerTo = (n: number) =>
  createHash('sha256')
    .update(JSON.stringify({ id: n, total: (n % 7) * 2 + 3 * (n % 5) }))
    .digest('hex')

/** A service with the agent preloaded, and a scripted server that it is connected to. Closing ends both. */
export interface Service {
  readonly server: ScriptedServer
  readonly app: Running
  /** What is wanted at the moment. */
  readonly actions: readonly Action[]
  /** Wants this as well. Resolves once it is placed. */
  ask(task: Task, more?: Partial<Action>, timeoutMs?: number): Promise<string>
  /** Wants just these from now on, and waits for nothing. */
  want(questions: readonly (readonly [Task, Partial<Action>?])[], policy?: Policy): string[]
  /** Wants only these from now on. */
  keep(...ids: string[]): void
  statuses(id: string): ActionStatus[]
  hits(id: string): HitData[]
  /** Passes that were counted so far. */
  counted(id: string): number
  lost(id: string): Record<string, number>
  /** Makes the service do something; see the source. */
  tell(path: string, n?: number): Promise<number>
  /** Orders one after the other, for so long; each answer must be the right one. Resolves with the times they took. */
  load(ms: number): Promise<number[]>
  close(): Promise<void>
}

export interface ServiceOptions {
  /** Of Node, before the service. */
  args?: readonly string[]
  env?: Record<string, string>
  /** How much faster time passes for the agent. */
  fastTime?: number
}

const FAST_TIME = fileURLToPath(new URL('fast-time.cjs', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

export async function startService({ args = [], env = {}, fastTime = 1 }: ServiceOptions = {}): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'lightrun-faults-'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'service.cjs'), SOURCE)
  const server = await createScriptedServer()
  const actions: Action[] = []
  let asked = 0
  const app = start(process.execPath, ['--require', FAST_TIME, '--import', REGISTER, ...args, 'service.cjs'], {
    cwd: folder,
    env: {
      LIGHTRUN_SECRET: 'lrp_test',
      LIGHTRUN_API_ENDPOINT: server.url,
      LIGHTRUN_MAX_CPU_COST: '100',
      LIGHTRUN_WEAVE_CACHE: 'false',
      FAST_TIME: String(fastTime),
      ...env,
    },
  })
  const base = `http://127.0.0.1:${(await app.says(/port (\d+)/))[1]}`
  await until('the agent to say hello', async () => server.hello)
  const of = (id: string) => server.reports.filter(({ actionId }) => actionId === id)

  // Never one that was there before: its reports would be taken for new ones.
  const make = (task: Task, more?: Partial<Action>): Action => ({
    ...{ id: `action_${asked++}`, revision: 1, position: PLACE.calls, task, expiresAtMs: Date.now() + 3_600_000 },
    ...more,
  })

  const service: Service = {
    server,
    app,
    actions,
    async ask(task, more, timeoutMs) {
      const action = make(task, more)
      const { id } = action
      actions.push(action)
      server.want(actions)
      await until(
        `${task.type} to be placed`,
        async () => {
          const failed = service.statuses(id).find(({ state }) => state === 'failed')
          if (failed !== undefined) throw new Error(JSON.stringify(failed))
          return service.statuses(id).some(({ state }) => state === 'placed') || undefined
        },
        timeoutMs,
      )
      return id
    },
    want(questions, policy) {
      actions.splice(0, actions.length, ...questions.map(([task, more]) => make(task, more)))
      server.want(actions, policy)
      return actions.map(({ id }) => id)
    },
    keep(...ids) {
      actions.splice(0, actions.length, ...actions.filter(({ id }) => ids.includes(id)))
      server.want(actions)
    },
    statuses: (id) => of(id).flatMap((each) => (each.kind === 'status' ? [each.status] : [])),
    hits: (id) => of(id).flatMap((each) => (each.kind === 'hit' ? [each.data] : [])),
    counted: (id) => of(id).reduce((sum, each) => sum + (each.kind === 'count' ? each.count : 0), 0),
    lost(id) {
      const lost: Record<string, number> = {}
      for (const each of of(id)) if (each.kind === 'loss') lost[each.reason] = (lost[each.reason] ?? 0) + each.count
      return lost
    },
    tell: async (path, n = 0) => Number(await (await request(`${path}?n=${n}`)).text()),
    async load(ms) {
      const times: number[] = []
      const end = performance.now() + ms
      for (let n = 0; performance.now() < end; n++) {
        const startMs = performance.now()
        const answer = await (await request(`/?n=${n}`)).text()
        times.push(performance.now() - startMs)
        if (answer !== answerTo(n)) throw new Error(`order ${n} was answered with ${answer}`)
        await sleep(1)
      }
      return times
    },
    async close() {
      await app.kill('SIGKILL')
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }

  function request(path: string): Promise<Response> {
    return fetch(`${base}${path}`).catch((error: unknown) => {
      throw new Error(`${String(error)}; the service has said:\n${app.output()}`)
    })
  }
  return service
}

export const LOG: Task = { type: 'log', format: '{order.id}', level: 'info', targets: ['server'] }
export const COUNTER: Task = { type: 'counter', name: 'calls' }
export const SNAPSHOT: Task = { type: 'snapshot', watches: ['order.items.map(i => i.price)'] }
