import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'

export interface Call {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Buffer
}

export interface HttpServer {
  readonly endpoint: string
  readonly port: number
  readonly calls: readonly Call[]
  /** Connections opened so far, and those open now. */
  readonly opened: number
  readonly open: number
  close(): Promise<void>
}

/** A server that calls `answer` with each whole request, in order of arrival. */
export async function createHttpServer(
  answer: (call: Call, response: ServerResponse, number: number) => void,
  options: { port?: number; tls?: { key: string; cert: string } } = {},
): Promise<HttpServer> {
  const calls: Call[] = []
  const sockets = new Set<Socket>()
  let opened = 0
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const call = { method, url, headers, body: Buffer.concat(chunks) }
      calls.push(call)
      answer(call, response, calls.length)
    })
  }
  const server: Server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener)
  // As our server does. Clients follow this hint and would otherwise close idle connections by themselves.
  server.keepAliveTimeout = 72_000
  server.on('connection', (socket: Socket) => {
    opened++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    endpoint: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    calls,
    get opened() {
      return opened
    },
    get open() {
      return sockets.size
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export function problem(response: ServerResponse, status: number, code: string, detail = 'do this'): void {
  response.writeHead(status, { 'content-type': 'application/problem+json; charset=utf-8' })
  response.end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail }))
}
