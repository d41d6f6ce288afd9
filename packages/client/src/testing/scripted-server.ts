import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ErrorCode, ErrorDetails, StreamEvent } from '@lightrun/core'

export interface ScriptedRequest {
  method: string
  /** Path and query, as sent. */
  target: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed JSON; `undefined` without a body. */
  body: unknown
}

export interface Reply {
  status: number
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON, unless it is a string. */
  body?: unknown
}

/** An answer, or what makes one of a request. `hang`: never answers. `break`: closes the connection. */
export type Script = Reply | 'hang' | 'break' | ((request: ScriptedRequest) => Reply | 'hang' | 'break')

/**
 * A management server that says what a test tells it to, on a real socket. Routes nobody scripted answer 404 as
 * the real one does.
 */
export interface ScriptedServer {
  readonly url: string
  readonly requests: readonly ScriptedRequest[]
  /** `route` is a method and a path without query: `GET /api/v1/agents`. The last script of a route counts. */
  on(route: string, script: Script): void
  readonly events: ScriptedStream
  close(): Promise<void>
}

/** `GET /api/v1/stream`, unless that route is scripted. */
export interface ScriptedStream {
  /** Sends to all who are connected. */
  emit(event: StreamEvent, id?: string): void
  /** Sends bytes as they are. */
  raw(text: string): void
  /** Breaks all connections; readers come back after 10 ms. */
  drop(): void
  /** Resolves when `count` connections have been made since the start. */
  connected(count: number): Promise<void>
  /** Resolves when the next connection has been closed, by whichever side. */
  closed(): Promise<void>
}

export const ok = (body: unknown, status = 200): Reply => ({ status, body })

export const problem = (status: number, code: ErrorCode, detail: string, details?: ErrorDetails): Reply => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: `https://example.com/errors/${code}`, title: code, status, code, detail, ...(details && { details }) },
})

export async function createScriptedServer(): Promise<ScriptedServer> {
  const scripts = new Map<string, Script>()
  const requests: ScriptedRequest[] = []
  const stream = createStream()

  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming)
    requests.push(request)
    const path = request.target.split('?')[0]
    const script = scripts.get(`${request.method} ${path}`)
    if (script === undefined && path === '/api/v1/stream') return stream.accept(response)
    const reply = typeof script === 'function' ? script(request) : script
    if (reply === 'hang') return
    if (reply === 'break') return incoming.socket.destroy()
    send(response, reply ?? problem(404, 'route_unknown', `${request.method} ${path} is not scripted`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    on: (route, script) => void scripts.set(route, script),
    events: stream,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function createStream(): ScriptedStream & { accept(response: ServerResponse): void } {
  const open = new Set<ServerResponse>()
  let total = 0
  let waiting: { count: number; resolve: () => void }[] = []
  const leavers: (() => void)[] = []
  const raw = (text: string) => {
    for (const response of open) response.write(text)
  }
  return {
    raw,
    emit: (event, id) =>
      raw(`${id === undefined ? '' : `id: ${id}\n`}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`),
    drop: () => {
      for (const response of open) response.destroy()
    },
    connected: (count) =>
      total >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    closed: () => new Promise((resolve) => leavers.push(resolve)),
    accept(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('retry: 10\n\n')
      open.add(response)
      response.on('close', () => {
        open.delete(response)
        for (const resolve of leavers.splice(0)) resolve()
      })
      total += 1
      for (const waiter of waiting) if (total >= waiter.count) waiter.resolve()
      waiting = waiting.filter((waiter) => total < waiter.count)
    },
  }
}

async function readRequest(incoming: IncomingMessage): Promise<ScriptedRequest> {
  let text = ''
  for await (const chunk of incoming) text += chunk
  const { method = '', url = '', headers } = incoming
  return { method, target: url, headers, body: text === '' ? undefined : JSON.parse(text) }
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body))
}
