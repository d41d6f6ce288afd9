import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../errors/error-codes.ts'
import { type TransportPeer, transportContract } from '../testing.ts'
import { createMemoryTransport } from './memory-transport.ts'
import type { Delivery } from './transport.ts'

function createMemoryPeer(): TransportPeer {
  const { transport, server } = createMemoryTransport()
  let garbled = false
  let refusal: ErrorCode | undefined
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const failure = () => refusal ?? (garbled ? 'link_lost' : undefined)
  return {
    transport: {
      send: transport.send,
      receive(signal) {
        const frames = transport.receive(signal)
        const code = failure()
        // The generator registers its link when it is first asked.
        if (code !== undefined) setImmediate(() => server.breakLinks(code))
        return frames
      },
    },
    answer(next) {
      server.answer = (): Delivery | Promise<Delivery> => {
        if (next === 'hold') return new Promise(() => {})
        if (next === 'break' || next === 'garbage') throw new Error('broken')
        return next
      }
    },
    async frames(count) {
      await until(() => server.received.length >= count)
      return server.received
    },
    publish(_, frame) {
      garbled = false
      server.publish(frame)
    },
    listening: () => until(() => server.links > 0),
    cut: () => server.breakLinks(),
    garble() {
      garbled = true
    },
    revoke() {
      refusal = 'unauthorized'
      server.answer = () => ({ status: 'refused', code: 'unauthorized' })
    },
    forget() {
      refusal = 'agent_unknown'
    },
    async close() {
      expect(server.links).toBe(0)
    },
  }
}

transportContract('memory transport', createMemoryPeer, { describe, it })

it('gives every open link the desired state', async () => {
  const { transport, server } = createMemoryTransport()
  const signal = new AbortController()
  const links = [1, 2].map(() => transport.receive(signal.signal)[Symbol.asyncIterator]())
  const waiting = links.map((link) => link.next())
  expect(server.links).toBe(2)
  server.publish(Uint8Array.of(7))
  expect(await Promise.all(waiting)).toMatchObject([{ value: Uint8Array.of(7) }, { value: Uint8Array.of(7) }])
  signal.abort()
  await Promise.all(links.map((link) => link.return?.()))
  expect(server.links).toBe(0)
})
