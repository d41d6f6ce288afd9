import { once } from 'node:events'
import { cp, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createStand, type Running, type Stand, until } from '../support/stand.ts'

const programs = fileURLToPath(new URL('./serverless', import.meta.url))
const tools = fileURLToPath(new URL('../../.cache/toolchains/node_modules', import.meta.url))
vi.setConfig({ testTimeout: 180_000 })

const LINE = { file: 'work.cjs', line: 2 }

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
  await cp(programs, stand.folder, { recursive: true })
  // Never read: what it would hold is given by `run-lambda.mjs`.
  await writeFile(join(tools, 'aws-lambda-ric/dist/rapid-client.node'), '')
}, 180_000)
afterAll(() => stand?.close())

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const ask = (tag: string) =>
  stand.client.createAction({
    source: `tag:${tag}`,
    position: LINE,
    task: { type: 'log', format: '{name}', level: 'info', targets: ['server'] },
  })

async function textsOf(id: string): Promise<string[]> {
  const { hits } = await stand.client.hits(id)
  return hits.map(({ data }) => (data.type === 'log' ? data.text : ''))
}

interface Invocation {
  kind: 'response' | 'error'
  body: unknown
  /** What the server had when the process was frozen. */
  texts: string[]
}

/** The Runtime API of AWS Lambda: a process that asks for the next event is frozen until there is one. */
async function createRuntimeApi(onAnswer: (app: Running) => Promise<string[]>) {
  let next: ((event: unknown) => void) | undefined
  let answer: Omit<Invocation, 'texts'> | undefined
  let answered: ((invocation: Invocation) => void) | undefined
  let app: Running | undefined
  let count = 0
  const server: Server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    if (incoming.url?.endsWith('/next')) {
      if (answer !== undefined) {
        app?.child.kill('SIGSTOP')
        const texts = app === undefined ? [] : await onAnswer(app)
        app?.child.kill('SIGCONT')
        answered?.({ ...answer, texts })
        answer = undefined
      }
      next = (event) => {
        outgoing.writeHead(200, {
          'lambda-runtime-aws-request-id': `request-${++count}`,
          'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
          'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu:1:function:shop',
        })
        outgoing.end(JSON.stringify(event))
      }
      return
    }
    const [, kind] = /\/(response|error)$/.exec(incoming.url ?? '') ?? []
    if (kind !== undefined) answer = { kind: kind as Invocation['kind'], body: parsed(text) }
    outgoing.writeHead(202).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Whose process is frozen. */
    serve(running: Running) {
      app = running
    },
    async invoke(event: unknown): Promise<Invocation> {
      const invocation = new Promise<Invocation>((resolve) => {
        answered = resolve
      })
      const give = await until('the function to ask for work', async () => next)
      next = undefined
      give(event)
      return invocation
    },
  }
}

function parsed(text: string): unknown {
  try {
    const { trace: _, stackTrace: __, ...rest } = JSON.parse(text)
    return rest
  } catch {
    return text
  }
}

/** How the agent gets into a process, which file has the handlers, and how their code is served. */
const STARTS = {
  preloaded: { preload: true, prefix: '', place: { engine: 'weave' } },
  'started first thing in its file': { preload: false, prefix: 'started-', place: { engine: 'weave' } },
  'started by the wrapper when the code was loaded': {
    preload: false,
    prefix: '',
    place: { engine: 'inspector', reason: 'it was loaded before lightrun' },
  },
} as const
type Start = keyof typeof STARTS
const across = (names: readonly string[]) =>
  Object.keys(STARTS).flatMap((start) => names.map((name) => [name, start as Start] as const))

/** The last that an agent said of the place. */
async function placeOf(id: string): Promise<unknown> {
  const { agents } = await stand.client.action(id)
  return agents[0]?.status
}

describe('AWS Lambda, in the loop of its own runtime client', () => {
  const EVENTS: Record<string, readonly object[]> = {
    promised: [{ name: 'one' }, { name: 'two', fail: true }, { name: 'three' }],
    called: [{ name: 'one' }, { name: 'two', fail: 'later' }, { name: 'three', fail: 'at once' }, { name: 'four' }],
    empty: [
      { name: 'one', waits: false },
      { name: 'two', waits: false },
    ],
    legacy: [{ name: 'one' }, { name: 'two' }],
    streamed: [{ name: 'one' }, { name: 'two' }],
  }

  async function invokeAll(
    name: string,
    env: Record<string, string>,
    actionId?: string,
    start: Start = 'preloaded',
  ): Promise<Invocation[]> {
    const { preload, prefix } = STARTS[start]
    const api = await createRuntimeApi(async () => (actionId === undefined ? [] : textsOf(actionId)))
    const app = stand.app(name, ['run-lambda.mjs'], {
      preload: preload && actionId !== undefined,
      env: {
        RIC: pathToFileURL(join(tools, 'aws-lambda-ric/dist/index.mjs')).href,
        AWS_LAMBDA_RUNTIME_API: api.address,
        _HANDLER: `${prefix}lambda.${name}`,
        LAMBDA_TASK_ROOT: stand.folder,
        LIGHTRUN_TAGS: `${start} ${name}`,
        ...env,
      },
    })
    api.serve(app)
    const invocations: Invocation[] = []
    for (const event of EVENTS[name] ?? []) invocations.push(await api.invoke(event))
    await app.kill('SIGKILL')
    return invocations
  }
  const answers = (invocations: readonly Invocation[]) => invocations.map(({ kind, body }) => ({ kind, body }))

  it.each(across(['promised', 'called', 'empty', 'streamed']))(
    '%s handlers, %s, answer as without us, and everything they passed is there before they are frozen, from the first call on',
    async (name, start) => {
      const { id } = await ask(`${start} ${name}`)
      const without = await invokeAll(name, { LIGHTRUN_SECRET: '' })
      const wrapped = await invokeAll(name, { LIGHTRUN_INIT_WAIT_TIME_MS: '20000' }, id, start)
      expect(await placeOf(id)).toMatchObject(STARTS[start].place)
      expect(answers(wrapped)).toEqual(answers(without))
      expect(answers(without)).not.toEqual([])
      const names = (EVENTS[name] ?? []).map((event) => (event as { name: string }).name)
      for (const [index, { kind, texts }] of wrapped.entries()) {
        // What is thrown at once is answered at once, and its hits come with the next call.
        if (name === 'called' && kind === 'error' && names[index] === 'three') continue
        expect(
          texts.filter((text) => text !== 'later'),
          names[index],
        ).toEqual(
          name === 'streamed' ? names.slice(0, index + 1).flatMap((each) => [each, each]) : names.slice(0, index + 1),
        )
      }
    },
  )

  it('what code that was loaded before cannot answer says why, and what to set', async () => {
    const start = 'started by the wrapper when the code was loaded'
    const { id } = await stand.client.createAction({
      source: `tag:${start} promised`,
      position: { file: 'work.cjs', line: 2 },
      at: 'return',
      task: { type: 'snapshot', watches: [] },
    })
    const without = await invokeAll('promised', { LIGHTRUN_SECRET: '' })
    const wrapped = await invokeAll('promised', { LIGHTRUN_INIT_WAIT_TIME_MS: '20000' }, id, start)
    expect(answers(wrapped)).toEqual(answers(without))
    expect(await placeOf(id)).toMatchObject({
      state: 'failed',
      code: 'file_not_woven',
      message: expect.stringMatching(
        /needs probes where calls end, and .*work\.cjs has none: it was loaded before lightrun.*--import @lightrun\/sdk-node\/register/,
      ),
    })
  })

  it('handlers that answer by context.succeed answer as without us', async () => {
    const { id } = await ask('preloaded legacy')
    const without = await invokeAll('legacy', { LIGHTRUN_SECRET: '' })
    const wrapped = await invokeAll('legacy', { LIGHTRUN_INIT_WAIT_TIME_MS: '20000' }, id)
    expect(answers(wrapped)).toEqual(answers(without))
    expect(answers(wrapped)).toEqual(
      ['one', 'two'].map((name) => ({ kind: 'response', body: { text: `hello ${name}` } })),
    )
  })
})

describe("Google Cloud Functions, in Google's own framework", () => {
  const json = { 'content-type': 'application/json' }
  const cloud = { ...json, 'ce-id': '1', 'ce-source': '//x', 'ce-type': 'shop.paid', 'ce-specversion': '1.0' }
  const background = (data: object) => ({
    data,
    context: { eventId: '1', eventType: 'paid', timestamp: 'now', resource: 'r' },
  })
  const names = ['one', 'two', 'three'].map((name) => ({ name }))
  const some = [...names.slice(0, 2), { name: 'three', fail: true }]
  const CASES: [string, string, Record<string, string>, readonly object[]][] = [
    ['http', 'http', json, some],
    ['plainHttp', 'http', json, some],
    ['event', 'event', json, some.map(background)],
    ['eventCallback', 'event', json, names.map(background)],
    ['cloudEvent', 'cloudevent', cloud, names],
    ['cloudEventCallback', 'cloudevent', cloud, names],
  ]

  it.each(
    Object.keys(STARTS).flatMap((start) =>
      CASES.map(([target, ...more]) => [target, start as Start, ...more] as const),
    ),
  )(
    '%s functions, %s, answer as without us, and what they passed is delivered, from the first call on',
    async (target, start, signature, headers, bodies) => {
      const { preload, prefix, place } = STARTS[start]
      const tag = `gcf ${start} ${target}`
      const { id } = await ask(tag)
      const isHttp = signature === 'http'
      const seen: string[][] = []

      async function callAll(env: Record<string, string>, isWrapped: boolean): Promise<unknown[]> {
        const port = await freePort()
        const framework = join(tools, '@google-cloud/functions-framework/build/src/main.js')
        const args = [framework, `--target=${target}`, `--signature-type=${signature}`, `--port=${port}`]
        const options = [`--source=${prefix}functions.cjs`]
        const app = stand.app(tag, [...args, ...options], {
          preload: isWrapped && preload,
          env: { LIGHTRUN_TAGS: tag, ...env },
        })
        await app.says(/URL: http/)
        const answers: unknown[] = []
        for (const body of bodies) {
          const response = await fetch(`http://127.0.0.1:${port}/`, {
            method: 'POST',
            headers,
            body: JSON.stringify(body),
          })
          answers.push({ status: response.status, mine: response.headers.get('x-mine'), text: await response.text() })
          if (isWrapped) seen.push(await textsOf(id))
        }
        if (isWrapped && isHttp) await stand.hits(id, bodies.length)
        await app.kill('SIGKILL')
        return answers
      }

      const without = await callAll({ LIGHTRUN_SECRET: '' }, false)
      const wrapped = await callAll({ LIGHTRUN_INIT_WAIT_TIME_MS: '20000' }, true)
      expect(wrapped).toEqual(without)
      expect(await placeOf(id)).toMatchObject(place)
      expect(await textsOf(id)).toEqual(['one', 'two', 'three'])
      if (!isHttp) expect(seen.map((texts) => texts.length)).toEqual([1, 2, 3])
    },
  )
})
