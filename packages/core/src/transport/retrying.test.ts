import { describe, expect, it } from 'vitest'
import { LightrunError } from '../errors/lightrun-error.ts'
import { createManualTimers } from '../time/manual-timers.ts'
import { createMemoryTransport } from './memory-transport.ts'
import { FIRST_RETRY_MS, MAX_RETRY_AFTER_MS, MAX_RETRY_MS, retrying } from './retrying.ts'
import type { Delivery, Transport } from './transport.ts'

const bytes = Uint8Array.of(1)

function sendWith(answers: Delivery[], random = 0.999_999_9) {
  const timers = createManualTimers()
  const sentAtMs: number[] = []
  const inner: Transport = {
    async send() {
      sentAtMs.push(Math.round(timers.nowMs()))
      return answers.length > 1 ? (answers.shift() as Delivery) : (answers[0] as Delivery)
    },
    receive: () => {
      throw new Error('not here')
    },
  }
  const controller = new AbortController()
  const pending = retrying(inner, { timers, random: () => random }).send(bytes, controller.signal)
  return { timers, sentAtMs, controller, pending }
}

describe('send', () => {
  it('backs off twice as long each time, up to a limit', async () => {
    const { timers, sentAtMs, controller, pending } = sendWith([{ status: 'retry' }])
    await timers.advance(FIRST_RETRY_MS * 7)
    expect(sentAtMs).toEqual([0, FIRST_RETRY_MS, FIRST_RETRY_MS * 3, FIRST_RETRY_MS * 7])
    await timers.advance(10 * MAX_RETRY_MS)
    const gaps = sentAtMs.slice(1).map((at, i) => at - (sentAtMs[i] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(MAX_RETRY_MS)
    controller.abort()
    expect(await pending).toEqual({ status: 'retry' })
    expect(timers.waiting).toEqual([])
  })

  it('spreads its attempts over half of each pause', async () => {
    const { timers, sentAtMs, controller } = sendWith([{ status: 'retry' }], 0)
    await timers.advance(FIRST_RETRY_MS / 2)
    expect(sentAtMs).toEqual([0, FIRST_RETRY_MS / 2])
    controller.abort()
  })

  it('waits as long as the server asks, but not for ever', async () => {
    const { timers, sentAtMs, pending } = sendWith([
      { status: 'retry', afterMs: 60_000 },
      { status: 'retry', afterMs: 365 * 86_400_000 },
      { status: 'accepted' },
    ])
    await timers.advance(59_999)
    expect(sentAtMs).toEqual([0])
    await timers.advance(1 + MAX_RETRY_AFTER_MS)
    expect(sentAtMs).toEqual([0, 60_000, 60_000 + MAX_RETRY_AFTER_MS])
    expect(await pending).toEqual({ status: 'accepted' })
  })

  it('passes a refusal on at once', async () => {
    const { pending } = sendWith([{ status: 'refused', code: 'frame_invalid' }])
    expect(await pending).toEqual({ status: 'refused', code: 'frame_invalid' })
  })
})

describe('receive', () => {
  function open() {
    const timers = createManualTimers()
    const { transport, server } = createMemoryTransport()
    const controller = new AbortController()
    const events: string[] = []
    const link = retrying(transport, {
      timers,
      random: () => 0.999_999_9,
      onAgentUnknown: () => events.push('agent_unknown'),
      onLinkLost: (error) => events.push(error.code),
    }).receive(controller.signal)
    const seen: (number | string)[] = []
    const done = (async () => {
      for await (const frame of link) seen.push(frame[0] ?? 0)
      seen.push('end')
    })().catch((error: LightrunError) => seen.push(error.code))
    return { timers, server, controller, events, seen, done }
  }

  it('reconnects after a pause and resyncs', async () => {
    const { timers, server, controller, events, seen, done } = open()
    server.publish(Uint8Array.of(1))
    await timers.advance(0)
    server.breakLinks()
    await timers.advance(FIRST_RETRY_MS - 1)
    expect(server.links).toBe(0)
    server.publish(Uint8Array.of(2))
    await timers.advance(1)
    expect(seen).toEqual([1, 2])
    expect(events).toEqual(['link_lost'])
    controller.abort()
    await done
    expect(seen).toEqual([1, 2, 'end'])
    expect(timers.waiting).toEqual([])
  })

  it('leaves a busy server alone for as long as it asks', async () => {
    const timers = createManualTimers()
    const openedAtMs: number[] = []
    const busy: Transport = {
      send: async () => ({ status: 'accepted' }),
      // biome-ignore lint/correctness/useYield: it fails before it could
      async *receive() {
        openedAtMs.push(timers.nowMs())
        throw new LightrunError('link_lost', 'busy', { details: { afterMs: 7_000 } })
      },
    }
    const controller = new AbortController()
    const frames = retrying(busy, { timers, random: () => 0 })
      .receive(controller.signal)
      [Symbol.asyncIterator]()
    const done = frames.next()
    await timers.advance(14_000)
    expect(openedAtMs).toEqual([0, 7_000, 14_000])
    controller.abort()
    await done
  })

  it('asks for a hello when the server does not know the agent', async () => {
    const { timers, server, controller, events, done } = open()
    await timers.advance(0)
    server.breakLinks('agent_unknown')
    await timers.advance(FIRST_RETRY_MS)
    expect(events).toEqual(['agent_unknown'])
    expect(server.links).toBe(1)
    controller.abort()
    await done
  })

  it('starts over with a short pause after a link that held for long', async () => {
    const { timers, server, controller, done } = open()
    for (let i = 0; i < 10; i++) {
      await timers.advance(MAX_RETRY_MS)
      server.breakLinks()
      await timers.advance(0)
    }
    await timers.advance(3 * MAX_RETRY_MS)
    server.breakLinks()
    await timers.advance(FIRST_RETRY_MS)
    expect(server.links).toBe(1)
    controller.abort()
    await done
  })

  it('throws when the key is refused', async () => {
    const { timers, server, seen, done } = open()
    await timers.advance(0)
    server.breakLinks('unauthorized')
    await done
    expect(seen).toEqual(['unauthorized'])
    expect(timers.waiting).toEqual([])
  })

  it('ends during a pause when the signal aborts', async () => {
    const { timers, server, controller, seen, done } = open()
    await timers.advance(0)
    server.breakLinks()
    await timers.advance(0)
    controller.abort()
    await done
    expect(seen).toEqual(['end'])
  })
})
