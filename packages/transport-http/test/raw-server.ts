import { once } from 'node:events'
import { createServer, type Server as NetServer, type Socket } from 'node:net'

/** A TCP server that says what it is told to, HTTP or not, and counts who is there. */
export interface RawServer {
  readonly endpoint: string
  readonly port: number
  /** Everything received so far, over all connections. */
  received(): string
  readonly opened: number
  readonly open: number
  close(): Promise<void>
}

/** `answer` is called once per connection, with its first bytes. */
export async function createRawServer(answer: (socket: Socket, request: string) => void): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const chunks: string[] = []
  let opened = 0
  const server: NetServer = createServer((socket) => {
    opened++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (chunk) => chunks.push(chunk.toString('latin1')))
    socket.once('data', (chunk) => answer(socket, chunk.toString('latin1')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    received: () => chunks.join(''),
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

/** Waits for what another party does, turn by turn of the event loop; the test's time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve))
}
