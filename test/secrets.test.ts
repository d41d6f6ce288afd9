import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Action, decodeUpFrame, type Report, type Task } from '@lightrun/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BY_LOOK, BY_NAME, HIDDEN_NAMES, PRIVATE_KEY, secretsIn } from '../packages/sdk-node/test/secrets.ts'
import { createScriptedServer, type ScriptedServer } from './support/scripted-server.ts'
import { lineOf, REGISTER, type Running, start, until } from './support/stand.ts'

const POOL_KEY = 'lrp_0123456789secretofthepool'

/** What it works on comes from outside: nothing of it stands in the source. Works whenever the file grows. */
const SOURCE = `const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')
const { looks, name, names } = isMainThread ? JSON.parse(process.env.WORK) : workerData
function handle(look, password) {
  const note = 'paid with ' + look + ' and more'
  const hidden = Object.fromEntries(names.map((each) => [each, password]))
  const request = { headers: hidden, body: { note, list: [look, { deep: hidden }] }, at: new Map([[look, note], ...Object.entries(hidden)]) }
  const error = Object.assign(new Error('no account for ' + look, { cause: new TypeError(look) }), hidden)
  return inside(note, password) + Object.keys(request).length + error.message.length
}
function inside(text, secret) {
  const length = text.length
  return length
}
function fail(look) {
  const error = new Error('failed for ' + look)
  throw error
}
function work() {
  for (const look of looks) {
    handle(look, name)
    try { fail(look) } catch {}
  }
}
if (isMainThread) {
  const worker = new Worker(__filename, { workerData: { looks, name, names } })
  process.on('SIGUSR2', () => { work(); worker.postMessage('work') })
  console.log('running')
} else parentPort.on('message', work)
`
const at = (text: string) => ({ file: 'bank.cjs', line: lineOf(SOURCE, text) })
const IN_HANDLE = at('return inside(')
const IN_INSIDE = at('return length')

const log = (format: string): Task => ({ type: 'log', format, level: 'info', targets: ['server', 'stdout'] })
const QUESTIONS: Record<string, [Action['position'], Task, Partial<Action>?]> = {
  variables: [IN_HANDLE, { type: 'snapshot', watches: [] }],
  watches: [
    IN_HANDLE,
    {
      type: 'snapshot',
      watches: ['note', 'request', 'JSON.stringify(request)', 'error.message', 'note.x.y', 'password', 'error.stack'],
    },
  ],
  callers: [IN_INSIDE, { type: 'snapshot', watches: ['text'], callerFrames: 3 }],
  text: [IN_HANDLE, log('{note} {password} {request} {error} {look}')],
  failing: [IN_HANDLE, log('{JSON.parse(note)} {[note].map(n => JSON.parse(n))} {BigInt(note)} {request.a.b.c}')],
  metric: [IN_HANDLE, { type: 'metric', name: 'm', expression: 'Number(look)' }],
  condition: [IN_HANDLE, log('x'), { condition: 'JSON.parse(look).ok' }],
  thrown: [at('throw error'), { type: 'snapshot', watches: ['$error', '$error.stack'] }, { at: 'throw' }],
  returned: [IN_HANDLE, { type: 'snapshot', watches: ['$return'] }, { at: 'return' }],
  nowhere: [{ file: 'bank.cjs', line: 9_999 }, log('x')],
  nofile: [{ file: 'bnak.cjs', line: 1 }, log('x')],
}
/** Those that are to be hit, by each thread, once for each secret. */
const HIT = ['variables', 'watches', 'callers', 'text', 'failing', 'thrown', 'returned']

let folder: string
let server: ScriptedServer
let app: Running | undefined
beforeEach(async () => {
  // A user's folder may have any name.
  folder = await mkdtemp(join(tmpdir(), 'ada.lovelace@analytical.example-'))
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'))
  await writeFile(join(folder, 'bank.cjs'), SOURCE)
  server = await createScriptedServer()
})
afterEach(async () => {
  await app?.kill('SIGKILL')
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

/** Reports of all threads. */
const reports = (id: string): { agentId: string; report: Report }[] =>
  server.frames
    .map((frame) => decodeUpFrame(frame))
    .flatMap(({ agentId, reports }) => reports.map((report) => ({ agentId, report })))
    .filter(({ report }) => report.actionId === id)

it.each<[string, Record<string, string>]>([
  ['files', { AGENT_LOG_TARGET_DIR: 'log' }],
  ['stderr', {}],
])(
  'no secret leaves a process: frames, output, and the log of the agent in %s, of the main thread and a worker',
  async (_, env) => {
    const looks = [...BY_LOOK, PRIVATE_KEY]
    app = start(process.execPath, ['--import', REGISTER, 'bank.cjs'], {
      cwd: folder,
      env: {
        LIGHTRUN_SECRET: POOL_KEY,
        LIGHTRUN_API_ENDPOINT: server.url,
        LIGHTRUN_MAX_CPU_COST: '100',
        LIGHTRUN_WEAVE_CACHE: 'false',
        AGENT_LOG_LEVEL: 'debug',
        WORK: JSON.stringify({ looks, name: BY_NAME, names: HIDDEN_NAMES }),
        ...env,
      },
    })
    await app.says(/running/)
    server.want(
      Object.entries(QUESTIONS).map(([id, [position, task, more]]) => ({
        ...{ id, revision: 1, position, task, expiresAtMs: Date.now() + 3_600_000 },
        ...more,
      })),
    )
    for (const id of Object.keys(QUESTIONS)) {
      await until(`${id} to be placed or refused by both threads`, async () => {
        const settled = reports(id).filter(
          ({ report }) => report.kind === 'status' && report.status.state !== 'received',
        )
        return new Set(settled.map(({ agentId }) => agentId)).size === 2 || undefined
      })
    }
    app.child.kill('SIGUSR2')
    for (const id of HIT) {
      await until(`the hits of ${id}`, async () => {
        const hits = reports(id).filter(({ report }) => report.kind === 'hit')
        return hits.length >= 2 * looks.length || undefined
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}: ${JSON.stringify(reports(id)).slice(0, 2_000)}`)
      })
    }
    const closed = once(app.child, 'close')
    app.child.kill('SIGTERM')
    await closed
    const frames = server.frames.map((frame) => Buffer.from(frame).toString())
    const files = env.AGENT_LOG_TARGET_DIR === undefined ? [] : await readdir(join(folder, 'log'))
    const written = await Promise.all(files.map((file) => readFile(join(folder, 'log', file), 'utf8')))
    const agentSaid = files.length > 0 ? written.join('\n') : app.output()
    expect(agentSaid).toContain('registered at')
    expect(app.output()).toContain('<redacted: ')
    const all = [...frames, app.output(), ...written].join('\n')
    expect(secretsIn(all)).toEqual([])
    expect(all).not.toContain(POOL_KEY.slice(0, 12))
  },
)
