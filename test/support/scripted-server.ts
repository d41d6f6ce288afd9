import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import {
  type Action,
  decodeUpFrame,
  encodeFrame,
  LightrunError,
  type Policy,
  type Report,
  type UpFrame,
  VERSION_HEADER,
} from '@lightrun/core'

/** Answers a request in its own way, or (`false`) leaves it to the server. `body` is that of a POST. */
export type Misbehave = (request: IncomingMessage, response: ServerResponse, body: Uint8Array) => boolean

/** A management server for one agent, as the protocol has it, that can be told to fail. Each report is kept once. */
export interface ScriptedServer {
  readonly url: string
  /** What it has been sent, raw: repeats included. */
  readonly frames: readonly Uint8Array[]
  readonly reports: readonly Report[]
  /** The latest hello. */
  readonly hello: UpFrame['hello']
  /** The desired state from now on. */
  want(actions: readonly Action[], policy?: Policy): void
  misbehave: Misbehave | undefined
  /** Takes a frame as it always does: for those who do it late. */
  take(body: Uint8Array, response: ServerResponse): void
  /** Nobody listens any more; every connection is cut. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/** Polls are answered after this long when there is nothing new. */
const HOLD_MS = 1_000

export async function createScriptedServer(): Promise<ScriptedServer> {
  const frames: Uint8Array[] = []
  const reports: Report[] = []
  const sockets = new Set<Socket>()
  const waiting = new Set<() => void>()
  let hello: UpFrame['hello']
  let lastSeq = 0
  let version = 1
  let actions: readonly Action[] = []
  let policy: Policy | undefined
  let port = 0
  let server = listen()
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port

  function listen() {
    const made = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
    made.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    return made.listen(port, '127.0.0.1')
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (api.misbehave?.(request, response, body)) return
    if (request.method === 'POST') take(body, response)
    else await poll(Number(new URL(request.url ?? '', api.url).searchParams.get('after')), response)
  }

  function take(body: Uint8Array, response: ServerResponse): void {
    frames.push(body)
    const frame = read(body, response)
    if (frame === undefined) return
    hello = frame.hello ?? hello
    frame.reports.forEach((report, index) => {
      if (frame.first + index > lastSeq) reports.push(report)
    })
    lastSeq = Math.max(lastSeq, frame.first + frame.reports.length - 1)
    response.writeHead(204).end()
  }

  /** A frame that is not as it should be is refused, as the server does it. */
  function read(body: Uint8Array, response: ServerResponse): UpFrame | undefined {
    try {
      return decodeUpFrame(body)
    } catch (error) {
      const { code, message } = LightrunError.from(error)
      const problem = { type: 'about:blank', title: code, status: 400, code, detail: message }
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
      return undefined
    }
  }

  async function poll(after: number, response: ServerResponse): Promise<void> {
    if (after >= version) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, HOLD_MS)
        waiting.add(done)
      })
    }
    if (after >= version) return void response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'application/json', [VERSION_HEADER]: String(version) })
    response.end(encodeFrame(state()))
  }

  const state = () => ({
    protocol: 1 as const,
    version,
    serverTimeMs: Date.now(),
    actions: [...actions],
    ...(policy === undefined ? {} : { policy }),
  })

  const api: ScriptedServer = {
    get url() {
      return `http://127.0.0.1:${port}`
    },
    frames,
    reports,
    get hello() {
      return hello
    },
    misbehave: undefined,
    take,
    want(wanted, decided) {
      version++
      actions = wanted
      policy = decided
      for (const wake of [...waiting]) wake()
    },
    async down() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async up() {
      server = listen()
      await once(server, 'listening')
    },
    async close() {
      for (const wake of [...waiting]) wake()
      if (server.listening) await api.down()
    },
  }
  return api
}
