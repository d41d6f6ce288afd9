import { once } from 'node:events'
import { createServer, request as requestHttp } from 'node:http'
import { connect, type Socket } from 'node:net'

export interface ProxyServer {
  readonly port: number
  /** The first line of each request, oldest first: `CONNECT host:port`, `GET http://…`. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** A forward proxy as RFC 9110 has it: tunnels, and passes on requests with a whole address. */
export async function createProxyServer(credentials?: string): Promise<ProxyServer> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const knows = (given: string | undefined) =>
    credentials === undefined || given === `Basic ${Buffer.from(credentials).toString('base64')}`

  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    if (!knows(incoming.headers['proxy-authorization'])) return void outgoing.writeHead(407).end()
    const { 'proxy-authorization': _, ...headers } = incoming.headers
    const onward = requestHttp(incoming.url ?? '', { method: incoming.method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    asked.push(`CONNECT ${url}`)
    if (!knows(headers['proxy-authorization'])) return void socket.end('HTTP/1.1 407 Who?\r\n\r\n')
    const { hostname, port } = new URL(`http://${url}`)
    const onward = connect(Number(port), hostname)
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.end('HTTP/1.1 502 Nobody there\r\n\r\n'))
    socket.on('error', () => onward.destroy())
    socket.on('close', () => onward.destroy())
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
