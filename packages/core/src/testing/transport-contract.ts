import { LightrunError } from '../errors/lightrun-error.ts'
import { MAX_UP_FRAME_BYTES } from '../protocol/frames.ts'
import type { Transport } from '../transport/transport.ts'
import type { TransportPeer } from './transport-peer.ts'

/** `describe` and `it` of any test runner: vitest, jest, mocha, `node:test`. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
}

const text = new TextEncoder()
const frame = (content: string) => text.encode(JSON.stringify(content))
const never = () => new AbortController().signal

/**
 * The obligations of `Transport`, as tests. Every transport runs it, ours and anyone's:
 *
 * ```ts
 * import { describe, it } from 'vitest'
 * transportContract('my transport', createMyPeer, { describe, it })
 * ```
 */
export function transportContract(
  name: string,
  createPeer: () => TransportPeer | Promise<TransportPeer>,
  runner: TestRunner,
): void {
  const claim = (title: string, prove: (peer: TransportPeer) => Promise<void>) =>
    runner.it(title, async () => {
      const peer = await createPeer()
      try {
        await prove(peer)
      } finally {
        await peer.close()
      }
    })

  runner.describe(`${name}: send`, () => {
    claim('settles as accepted once the server has taken the very same bytes', async (peer) => {
      const bytes = frame('ünïcode')
      equal((await peer.transport.send(bytes, never())).status, 'accepted')
      sameBytes((await peer.frames(1))[0], bytes)
    })
    claim('carries the largest frame', async (peer) => {
      const bytes = new Uint8Array(MAX_UP_FRAME_BYTES).fill(0x20)
      equal((await peer.transport.send(bytes, never())).status, 'accepted')
      sameBytes((await peer.frames(1))[0], bytes)
    })
    claim('keeps the order of frames that follow each other', async (peer) => {
      for (const content of ['1', '2', '3']) await peer.transport.send(frame(content), never())
      const received = await peer.frames(3)
      for (let i = 0; i < 3; i++) sameBytes(received[i], frame(String(i + 1)))
    })
    claim('passes a refusal on with its code', async (peer) => {
      peer.answer({ status: 'refused', code: 'agent_unknown' })
      const delivery = await peer.transport.send(frame('a'), never())
      equal(delivery.status === 'refused' && delivery.code, 'agent_unknown')
    })
    claim('passes the pause on that a busy server asks for', async (peer) => {
      peer.answer({ status: 'retry', afterMs: 2_000 })
      const delivery = await peer.transport.send(frame('a'), never())
      equal(delivery.status === 'retry' && delivery.afterMs, 2_000)
    })
    claim('is a retry when the link breaks before the answer', async (peer) => {
      peer.answer('break')
      equal((await peer.transport.send(frame('a'), never())).status, 'retry')
    })
    claim('is not accepted, and does not reject, when the answer makes no sense', async (peer) => {
      peer.answer('garbage')
      notEqual((await peer.transport.send(frame('a'), never())).status, 'accepted')
    })
    claim('works again after a failure', async (peer) => {
      peer.answer('break')
      await peer.transport.send(frame('a'), never())
      peer.answer({ status: 'accepted' })
      equal((await peer.transport.send(frame('a'), never())).status, 'accepted')
    })
    claim('is a retry when the signal aborts while the server thinks', async (peer) => {
      peer.answer('hold')
      const controller = new AbortController()
      const pending = peer.transport.send(frame('a'), controller.signal)
      await peer.frames(1)
      controller.abort()
      equal((await pending).status, 'retry')
    })
    claim('is a retry, and sends nothing, when the signal has aborted before', async (peer) => {
      equal((await peer.transport.send(frame('a'), AbortSignal.abort())).status, 'retry')
      await peer.transport.send(frame('b'), never())
      sameBytes((await peer.frames(1))[0], frame('b'))
    })
    claim('is refused as unauthorized when the key is wrong', async (peer) => {
      peer.revoke()
      const delivery = await peer.transport.send(frame('a'), never())
      equal(delivery.status === 'refused' && delivery.code, 'unauthorized')
    })
  })

  runner.describe(`${name}: receive`, () => {
    claim('yields the newest desired state first, without those before it', async (peer) => {
      peer.publish(1, frame('old'))
      peer.publish(2, frame('new'))
      const link = open(peer.transport)
      sameBytes(await link.next(), frame('new'))
      await link.close()
    })
    claim('waits, then yields what follows', async (peer) => {
      const link = open(peer.transport)
      const first = link.next()
      await peer.listening()
      peer.publish(1, frame('one'))
      sameBytes(await first, frame('one'))
      const second = link.next()
      await peer.listening()
      peer.publish(2, frame('two'))
      sameBytes(await second, frame('two'))
      await link.close()
    })
    claim('skips what is outdated by the time it is asked again', async (peer) => {
      peer.publish(1, frame('one'))
      const link = open(peer.transport)
      await link.next()
      for (let version = 2; version <= 20; version++) peer.publish(version, frame(`v${version}`))
      let last = await link.next()
      for (let i = 0; i < 18 && !isSame(last, frame('v20')); i++) last = await link.next()
      sameBytes(last, frame('v20'))
      await link.close()
    })
    claim('does not keep a frame from being sent meanwhile', async (peer) => {
      const link = open(peer.transport)
      const waiting = link.next()
      await peer.listening()
      equal((await peer.transport.send(frame('up'), never())).status, 'accepted')
      peer.publish(1, frame('down'))
      sameBytes(await waiting, frame('down'))
      await link.close()
    })
    claim('ends without an error when the signal aborts while it waits', async (peer) => {
      const link = open(peer.transport)
      const waiting = link.next()
      await peer.listening()
      await link.close()
      equal(await waiting, undefined)
    })
    claim('ends at once when the signal has aborted before', async (peer) => {
      for await (const _ of peer.transport.receive(AbortSignal.abort())) throw new Error('yielded after the end')
    })
    claim('may be left in the middle, and opened again', async (peer) => {
      peer.publish(1, frame('one'))
      for await (const _ of peer.transport.receive(never())) break
      const link = open(peer.transport)
      sameBytes(await link.next(), frame('one'))
      await link.close()
    })
    claim('throws link_lost when the link breaks; opened again, it is a resync', async (peer) => {
      peer.publish(1, frame('one'))
      const link = open(peer.transport)
      await link.next()
      const waiting = link.next()
      await peer.listening()
      peer.cut()
      equal(await codeOf(waiting), 'link_lost')
      await link.close()
      const again = open(peer.transport)
      sameBytes(await again.next(), frame('one'))
      await again.close()
    })
    claim('throws link_lost at what is not ours, and recovers', async (peer) => {
      peer.garble()
      const link = open(peer.transport)
      equal(await codeOf(link.next()), 'link_lost')
      await link.close()
      peer.publish(1, frame('one'))
      const again = open(peer.transport)
      sameBytes(await again.next(), frame('one'))
      await again.close()
    })
    claim('throws agent_unknown when the server does not know the agent', async (peer) => {
      peer.forget()
      const link = open(peer.transport)
      equal(await codeOf(link.next()), 'agent_unknown')
      await link.close()
    })
    claim('throws unauthorized when the key is wrong', async (peer) => {
      peer.revoke()
      const link = open(peer.transport)
      equal(await codeOf(link.next()), 'unauthorized')
      await link.close()
    })
  })
}

interface OpenLink {
  /** The next frame; undefined at the end. */
  next(): Promise<Uint8Array | undefined>
  close(): Promise<void>
}

function open(transport: Transport): OpenLink {
  const controller = new AbortController()
  const frames = transport.receive(controller.signal)[Symbol.asyncIterator]()
  return {
    async next() {
      const step = await frames.next()
      return step.done === true ? undefined : step.value
    },
    async close() {
      controller.abort()
      await frames.return?.()
    },
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return LightrunError.is(error) ? error.code : `not a LightrunError: ${String(error)}`
  }
  return 'nothing was thrown'
}

// Own assertions: the suite must not choose the test runner of those who use it.
function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, got ${String(actual)}`)
}

function notEqual(actual: unknown, unexpected: unknown): void {
  if (actual === unexpected) throw new Error(`did not expect ${String(unexpected)}`)
}

function isSame(actual: Uint8Array | undefined, expected: Uint8Array): boolean {
  return actual?.length === expected.length && expected.every((byte, i) => actual[i] === byte)
}

function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  if (isSame(actual, expected)) return
  const show = (bytes: Uint8Array | undefined) => (bytes === undefined ? 'nothing' : `${bytes.length} bytes`)
  throw new Error(`expected ${show(expected)}, got ${show(actual)} or other content`)
}
