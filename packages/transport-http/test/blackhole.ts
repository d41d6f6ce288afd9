import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/**
 * A port that answers nothing, not even to say that it is closed: a listening socket whose owner accepts nobody and
 * whose queue is full. Linux drops what does not fit; elsewhere there is no such port, and `undefined` is returned.
 */
export async function openBlackhole(): Promise<{ port: number; close(): void } | undefined> {
  if (process.platform !== 'linux') return undefined
  const stuck = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', stuck], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data')
  const port = Number(said)
  const fillers: Socket[] = []
  const close = () => {
    for (const socket of fillers) socket.destroy()
    child.kill('SIGKILL')
  }
  // The queue is full when a connection is not established any more.
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
    fillers.push(socket)
    const connected = new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      setTimeout(() => resolve(false), 300)
    })
    if (!(await connected)) return { port, close }
    if (fillers.length > 20) {
      close()
      return undefined
    }
  }
}
