import { randomBytes } from 'node:crypto'
import {
  AGENT_FRAMES_PATH,
  type AgentInfo,
  type DesiredState,
  decodeDesiredState,
  type HitData,
  type NewAction,
  PROTOCOL_VERSION,
  type Report,
} from '@lightrun/core'
import { pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import type { ExpressionChecks } from '../src/actions/expression-checks.ts'
import type { Clock } from '../src/clock.ts'
import { createServer, type Server } from '../src/server.ts'
import type { Storage } from '../src/storage/storage.ts'
import type { ScratchStorage } from './storages.ts'

export interface Reply {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: bodies are compared, not used
  body: any
}

/** A server of its own and everything to talk to it. */
export interface Stand {
  server: Server
  storage: Storage
  url: string
  apiKey: string
  poolKey: string
  log: string[]
  /** `path` below /api/v1. A body makes it a POST. */
  api(
    path: string,
    options?: { method?: string; body?: unknown; key?: string; headers?: Record<string, string> },
  ): Promise<Reply>
  agent(displayName: string, options?: { tags?: string[]; poolKey?: string; id?: string }): FakeAgent
  /** An agent that has registered. */
  joined(displayName: string, options?: { tags?: string[] }): Promise<FakeAgent>
  /** Creates a log for `source`, and resolves to its view. */
  // biome-ignore lint/suspicious/noExplicitAny: see Reply
  createLog(source: string, options?: Partial<NewAction>): Promise<any>
  close(): Promise<void>
}

export interface FakeAgent {
  id: string
  hello: AgentInfo
  /** Posts a frame; numbers go on from the last. */
  send(reports: readonly Report[], options?: { hello?: boolean; first?: number }): Promise<Reply>
  /** Registers. */
  join(): Promise<Reply>
  poll(after: number, signal?: AbortSignal): Promise<{ status: number; state?: DesiredState }>
}

/** Refuses what contains `!`, at its column. */
export const pickyChecks: ExpressionChecks = {
  expression: (source) => fault(source),
  format: (text) => fault(text),
}

function fault(text: string) {
  const column = text.indexOf('!') + 1
  return column === 0
    ? undefined
    : ({ code: 'expression_not_allowed', message: 'no exclamation marks', column } as const)
}

export async function createStand(location: string, options: { clock?: Clock } = {}): Promise<Stand> {
  const log: string[] = []
  const server = createServer({
    storage: location,
    port: 0,
    checks: pickyChecks,
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    ...options,
  })
  let storage: Storage | undefined
  const { url, firstKeys } = await server.listen({
    check: async (opened) => {
      storage = opened.storage
    },
  })
  if (firstKeys === undefined || storage === undefined) throw new Error('the storage was not new')
  const { apiKey, lightrunSecret: poolKey } = firstKeys

  const request = async (path: string, key: string, init: RequestInit): Promise<Reply> => {
    const response = await fetch(url + path, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) },
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  const stand: Stand = {
    server,
    storage,
    url,
    apiKey,
    poolKey,
    log,
    api: (path, { method, body, key = apiKey, headers } = {}) =>
      request(`/api/v1${path}`, key, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      }),
    agent: (displayName, { tags = [], poolKey: key = poolKey, id = randomBytes(16).toString('base64url') } = {}) =>
      createFakeAgent(id, displayName, tags, (path, init) => request(path, key, init)),
    async joined(displayName, options) {
      const agent = stand.agent(displayName, options)
      await agent.join()
      return agent
    },
    async createLog(source, asked = {}) {
      const { status, body } = await stand.api('/actions', { body: { ...newLog(source), ...asked } })
      if (status !== 201) throw new Error(JSON.stringify(body))
      return body
    },
    close: () => server.close(),
  }
  return stand
}

/** A stand on a storage of its own for the tests of a `describe`: there while they run, and gone with its storage after them. */
export function scratchStand(create: () => Promise<ScratchStorage>, options: { clock?: Clock } = {}): Stand {
  let scratch: ScratchStorage
  let stand: Stand
  beforeAll(async () => {
    scratch = await create()
    stand = await createStand(scratch.location, options)
  })
  afterAll(async () => {
    await stand.close()
    await scratch.remove()
  })
  return new Proxy({} as Stand, { get: (_, name) => Reflect.get(stand, name) })
}

export function newLog(source: string): NewAction {
  return {
    source,
    position: { file: 'src/cart.ts', line: 42 },
    task: { type: 'log', format: 'total {total}', level: 'info', targets: ['server'] },
  }
}

export function hitOf(actionId: string, text = 'hello', data: HitData = { type: 'log', level: 'info', text }): Report {
  return { kind: 'hit', actionId, revision: 1, atMs: 1_000, data }
}

function createFakeAgent(
  id: string,
  displayName: string,
  tags: string[],
  request: (path: string, init: RequestInit) => Promise<Reply>,
): FakeAgent {
  let next = 1
  const hello: AgentInfo = {
    displayName,
    tags,
    hostname: 'host',
    pid: 7,
    runtime: { name: 'node', version: '20.0.0' },
    sdkVersion: '0.0.0',
    startedAtMs: 1,
  }
  const agent: FakeAgent = {
    id,
    hello,
    async send(reports, { hello: says = false, first } = {}) {
      const at = first ?? next
      next = Math.max(next, at + reports.length)
      const frame = { protocol: PROTOCOL_VERSION, agentId: id, ...(says ? { hello } : {}), first: at, reports }
      return request(AGENT_FRAMES_PATH, {
        method: 'POST',
        body: JSON.stringify(frame),
        headers: { 'content-type': 'application/json' },
      })
    },
    join: () => agent.send([], { hello: true }),
    async poll(after, signal) {
      const { status, body } = await request(`${AGENT_FRAMES_PATH}?agent=${id}&after=${after}`, {
        ...(signal === undefined ? {} : { signal }),
      })
      if (status !== 200) return { status }
      return { status, state: decodeDesiredState(new TextEncoder().encode(JSON.stringify(body))) }
    },
  }
  return agent
}
