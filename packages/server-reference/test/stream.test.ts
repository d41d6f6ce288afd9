import { StreamEvent } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { HEARTBEAT_MS } from '../src/results/streams.ts'
import { createManualClock } from './manual-clock.ts'
import { hitOf, scratchStand } from './stand.ts'
import { STORAGES } from './storages.ts'

describe.each(STORAGES)('the stream on $name', ({ isMissing, create }) => {
  describe.skipIf(isMissing)('', () => {
    const clock = createManualClock()
    const stand = scratchStand(create, { clock })

    async function open(query = '', headers: Record<string, string> = {}, key = stand.apiKey) {
      const leaving = new AbortController()
      const response = await fetch(`${stand.url}/api/v1/stream${query}`, {
        headers: { authorization: `Bearer ${key}`, ...headers },
        signal: leaving.signal,
      })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      /** Blocks of the stream, comments included. */
      async function next(): Promise<string | undefined> {
        for (;;) {
          const end = text.indexOf('\n\n')
          if (end !== -1) {
            const block = text.slice(0, end)
            text = text.slice(end + 2)
            return block
          }
          const chunk = await reader?.read()
          if (chunk === undefined || chunk.done) return undefined
          text += chunk.value
        }
      }
      expect(await next()).toBe(': open')
      async function event(): Promise<{ id: string | undefined; event: StreamEvent }> {
        const block = (await next()) ?? ''
        const data = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null')
        expect(/^event: (.*)$/m.exec(block)?.[1]).toBe(data.kind)
        return { id: /^id: (.*)$/m.exec(block)?.[1], event: StreamEvent.parse(data) }
      }
      return { response, next, event, leave: () => leaving.abort() }
    }

    it('tells what happens, as it happens', async () => {
      const agent = await stand.joined('live')
      const { id } = await stand.createLog('live')
      const stream = await open()
      expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
      const of = { actionId: id, revision: 1, atMs: 1_000 }
      await agent.send([
        hitOf(id, 'line\nbreak'),
        { kind: 'loss', ...of, reason: 'throttled', count: 2 },
        { kind: 'status', ...of, status: { state: 'received' } },
      ])
      const { id: eventId, event } = await stream.event()
      expect(event).toMatchObject({ kind: 'hit', hit: { actionId: id, data: { text: 'line\nbreak' } } })
      expect(event.kind === 'hit' && String(event.hit.id)).toBe(eventId)
      expect((await stream.event()).event).toMatchObject({ kind: 'loss', reason: 'throttled', count: 2 })
      expect(await stream.event()).toMatchObject({ id: undefined, event: { kind: 'status', actionId: id } })
      stream.leave()
    })

    it('says counts as differences and totals', async () => {
      const agent = await stand.joined('counts')
      const { id } = await stand.createLog('counts', { task: { type: 'counter', name: 'n' } })
      const stream = await open(`?action=${id}`)
      for (const count of [2, 3]) await agent.send([{ kind: 'count', actionId: id, revision: 1, atMs: 1, count }])
      expect((await stream.event()).event).toMatchObject({ kind: 'count', count: 2, total: 2 })
      expect((await stream.event()).event).toMatchObject({ kind: 'count', count: 3, total: 5 })
      stream.leave()
    })

    it('tells only about the action that was asked for', async () => {
      const agent = await stand.joined('filter')
      const { id } = await stand.createLog('filter')
      const { id: other } = await stand.createLog('filter')
      const stream = await open(`?action=${id}`)
      await agent.send([hitOf(other), hitOf(id)])
      expect((await stream.event()).event).toMatchObject({ hit: { actionId: id } })
      stream.leave()
    })

    it('resumes after the last event, without a hole and without a repeat, while hits go on', async () => {
      const agent = await stand.joined('resume')
      const { id } = await stand.createLog('resume')
      const first = await open(`?action=${id}`)
      await agent.send([hitOf(id, '0')])
      const { id: lastEventId } = await first.event()
      first.leave()
      let sent = 1
      const send = async (count: number) => {
        for (let i = 0; i < count; i++) await agent.send([hitOf(id, String(sent++)), hitOf(id, String(sent++))])
      }
      await send(70)
      const sending = send(30)
      const second = await open(`?action=${id}`, { 'last-event-id': lastEventId ?? '' })
      const texts: number[] = []
      while (texts.length < 200) {
        const { event } = await second.event()
        if (event.kind === 'hit' && event.hit.data.type === 'log') texts.push(Number(event.hit.data.text))
      }
      await sending
      expect(texts).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
      second.leave()
    })

    it('refuses a Last-Event-ID that is none of ours', async () => {
      const reply = await stand.api('/stream', { headers: { 'last-event-id': 'yesterday' } })
      expect(reply.body).toMatchObject({ status: 400, code: 'request_invalid' })
    })

    it('shows that it is alive, and ends when its key is deleted', async () => {
      const { body } = await stand.api('/api-keys', { body: { name: 'short' } })
      const stream = await open('', {}, body.key)
      clock.advance(HEARTBEAT_MS)
      expect(await stream.next()).toBe(': alive')
      await stand.api(`/api-keys/${body.id}`, { method: 'DELETE' })
      // The look at the key runs after the heartbeat was written: until the next one it may still be under way.
      for (let comments = 0; comments < 100; comments++) {
        clock.advance(HEARTBEAT_MS)
        if ((await stream.next()) === undefined) return
      }
      expect.unreachable('the stream of a deleted key goes on')
    })
  })
})
