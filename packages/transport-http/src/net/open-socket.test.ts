import type { LookupFunction, Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHandTimers } from '../../test/hand-timers.ts'
import { createRawServer, until } from '../../test/raw-server.ts'
import { parseEndpoint } from '../endpoint.ts'
import { DEFAULT_TIMEOUTS, LOOKUP_TIMEOUT_MS } from '../limits.ts'
import { openSocket } from './open-socket.ts'

function open(address: string, lookup: LookupFunction) {
  const timers = createHandTimers()
  const options = { endpoint: parseEndpoint(address), tls: {}, timeouts: DEFAULT_TIMEOUTS, timers, lookup }
  const calls: [Error | null, Socket | null][] = []
  const socket = openSocket(options, (...args) => calls.push(args))
  onTestFinished(() => void socket.destroy())
  return { socket, timers, calls }
}

describe('opening a socket', () => {
  it('gives up on a name that nobody resolves, and does not mind a late answer', async () => {
    let answer: Parameters<LookupFunction>[2] | undefined
    const { timers, calls, socket } = open('http://name.example', (_, __, callback) => {
      answer = callback
    })
    await until(() => answer !== undefined)
    timers.advance(LOOKUP_TIMEOUT_MS - 1)
    expect(socket.destroyed).toBe(false)
    timers.advance(1)
    await until(() => calls.length === 1)
    expect(calls).toEqual([
      [expect.objectContaining({ message: expect.stringContaining('address of the name') }), null],
    ])
    answer?.(null, [{ address: '127.0.0.1', family: 4 }])
    expect(timers.waiting).toBe(0)
    expect(calls).toHaveLength(1)
  })

  it('tries every address of a name', async () => {
    const server = await createRawServer(() => {})
    onTestFinished(() => server.close())
    const { calls, timers } = open(`http://name.example:${server.port}`, (_, __, callback) =>
      callback(null, [
        { address: '127.0.0.3', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]),
    )
    await until(() => calls.length === 1)
    expect(calls).toEqual([[null, expect.anything()]])
    expect(timers.waiting).toBe(0)
  })

  it('calls back once when it is destroyed before', async () => {
    const { socket, calls, timers } = open('http://name.example', () => {})
    socket.destroy()
    await until(() => calls.length === 1)
    expect(calls).toEqual([[expect.any(Error), null]])
    expect(timers.waiting).toBe(0)
  })

  it('an open socket cannot be made to hold the process, and its errors hurt nobody', async () => {
    const server = await createRawServer(() => {})
    onTestFinished(() => server.close())
    const { calls, socket } = open(server.endpoint, () => {})
    await until(() => calls.length === 1)
    const handles = () => process.getActiveResourcesInfo().length
    const before = handles()
    expect(socket.ref()).toBe(socket)
    expect(handles()).toBe(before)
    socket.emit('error', new Error('early'))
    socket.destroy(new Error('late'))
    await until(() => socket.closed)
    expect(calls).toHaveLength(1)
  })
})
