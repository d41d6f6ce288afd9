import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The open connections. Node's `closeIdleConnections` leaves out those that never sent a request, which clients open
 * ahead of time, and a server would wait a minute for them.
 */
export interface Connections {
  /** Cuts what carries no request now, and the rest as their requests end. */
  endIdle(): void
  destroyAll(): void
}

export function trackConnections(server: Server): Connections {
  /** Requests under way. */
  const open = new Map<Socket, number>()
  let isEnding = false
  const destroyIfIdle = (socket: Socket) => {
    if (isEnding && open.get(socket) === 0) socket.destroy()
  }
  server.on('connection', (socket) => {
    open.set(socket, 0)
    socket.once('close', () => open.delete(socket))
    destroyIfIdle(socket)
  })
  server.on('request', ({ socket }, response) => {
    open.set(socket, (open.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const count = open.get(socket)
      if (count === undefined) return
      open.set(socket, count - 1)
      // The last bytes are handed to the system before 'close'; a plain end lets it send them.
      if (isEnding && count === 1) socket.end()
    })
  })
  return {
    endIdle() {
      isEnding = true
      for (const socket of [...open.keys()]) destroyIfIdle(socket)
    },
    destroyAll() {
      for (const socket of [...open.keys()]) socket.destroy()
    },
  }
}
