import type { StreamEvent } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClient } from '../client.ts'
import { createScriptedServer, hitView, problem, type ScriptedServer } from '../testing.ts'
import { type Link, type ReadStreamOptions, readStream } from './read-stream.ts'

let server: ScriptedServer
beforeEach(async () => {
  server = await createScriptedServer()
})
afterEach(() => server.close())

const hit = (id: number): StreamEvent => ({ kind: 'hit', hit: hitView({ id }) })

function open(changes: Partial<ReadStreamOptions> = {}): AsyncGenerator<StreamEvent, void, void> {
  return readStream({
    url: new URL(`${server.url}/api/v1/stream`),
    apiKey: 'key-1',
    fetch,
    timeoutMs: 5_000,
    maxEventBytes: 10_000,
    maxWaitingEvents: 100,
    ...changes,
  })
}

describe('a stream', () => {
  test('sends the key and gives the events as they come', async () => {
    const stream = open()
    const first = stream.next()
    await server.events.connected(1)
    server.events.emit(hit(1))
    server.events.emit({ kind: 'gap', missed: 3 })
    expect((await first).value).toEqual(hit(1))
    expect((await stream.next()).value).toEqual({ kind: 'gap', missed: 3 })
    expect(server.requests[0]?.headers.authorization).toBe('Bearer key-1')
    await stream.return()
  })

  test('of one action asks for that action only', async () => {
    const abort = new AbortController()
    const client = createClient({ server: server.url, apiKey: 'key-1' })
    const stream = client.stream({ actionId: 'a-1', signal: abort.signal })[Symbol.asyncIterator]()
    const first = stream.next()
    await server.events.connected(1)
    expect(server.requests[0]?.target).toBe('/api/v1/stream?action=a-1')
    abort.abort()
    expect((await first).done).toBe(true)
  })

  test('comes back after a broken connection and continues after the last event', async () => {
    const links: Link['state'][] = []
    const stream = open({ onLink: (link) => links.push(link.state) })
    const first = stream.next()
    await server.events.connected(1)
    server.events.emit(hit(1), '17')
    await first
    server.events.drop()
    const second = stream.next()
    await server.events.connected(2)
    server.events.emit(hit(2))
    expect((await second).value).toEqual(hit(2))
    expect(server.requests[1]?.headers['last-event-id']).toBe('17')
    expect(links).toEqual(['open', 'lost', 'open'])
    await stream.return()
  })

  test('continues where the caller says', async () => {
    const stream = open({ lastEventId: '41' })
    const first = stream.next()
    await server.events.connected(1)
    expect(server.requests[0]?.headers['last-event-id']).toBe('41')
    server.events.emit(hit(42), '42')
    await first
    server.events.drop()
    void stream.next()
    await server.events.connected(2)
    expect(server.requests[1]?.headers['last-event-id']).toBe('42')
    server.events.emit(hit(43))
    await stream.return()
  })

  test('comes back when the server was only overloaded meanwhile', async () => {
    const reasons: string[] = []
    const stream = open({ onLink: (link) => link.state === 'lost' && reasons.push(link.reason) })
    const first = stream.next()
    await server.events.connected(1)
    server.events.emit(hit(1))
    await first
    let refusals = 0
    server.on('GET /api/v1/stream', () => {
      refusals += 1
      return refusals < 3
        ? problem(503, 'storage_unreachable', 'later')
        : { status: 200, headers: { 'content-type': 'text/event-stream' }, body: sse(hit(2)) }
    })
    server.events.drop()
    expect((await stream.next()).value).toEqual(hit(2))
    expect(refusals).toBe(3)
    expect(reasons.slice(1, 3)).toEqual(['later', 'later'])
    await stream.return()
  })

  test('a refused key throws', async () => {
    server.on('GET /api/v1/stream', problem(401, 'unauthorized', 'no such key'))
    await expect(open().next()).rejects.toMatchObject({ code: 'unauthorized', message: 'no such key' })
    expect(server.requests).toHaveLength(1)
  })

  test('a key that was revoked meanwhile throws', async () => {
    const stream = open()
    const first = stream.next()
    await server.events.connected(1)
    server.events.emit(hit(1))
    await first
    server.on('GET /api/v1/stream', problem(401, 'unauthorized', 'revoked'))
    server.events.drop()
    await expect(stream.next()).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('a server that was never there throws instead of trying forever', async () => {
    await server.close()
    await expect(open().next()).rejects.toMatchObject({ code: 'server_unreachable' })
  })

  test('a server that does not answer is given up', async () => {
    server.on('GET /api/v1/stream', 'hang')
    await expect(open({ timeoutMs: 30 }).next()).rejects.toMatchObject({ code: 'server_unreachable' })
  })

  test('an answer that is no stream throws', async () => {
    server.on('GET /api/v1/stream', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' })
    await expect(open().next()).rejects.toMatchObject({ code: 'server_error' })
  })

  test.each(['event: hit\ndata: {"kind":"hit"}\n\n', 'event: hit\ndata: {{{\n\n'])('%j is not ours', async (text) => {
    const first = open().next()
    await server.events.connected(1)
    server.events.raw(text)
    await expect(first).rejects.toMatchObject({ code: 'server_error' })
  })

  test('comments and kinds of a newer server are passed over', async () => {
    const stream = open()
    const first = stream.next()
    await server.events.connected(1)
    server.events.raw(': still here\n\nevent: novelty\ndata: {}\n\n')
    server.events.emit(hit(1))
    expect((await first).value).toEqual(hit(1))
    await stream.return()
  })

  test('an event without end is refused before it fills the memory', async () => {
    const first = open({ maxEventBytes: 1_000 }).next()
    await server.events.connected(1)
    server.events.raw(`event: hit\ndata: ${'x'.repeat(2_000)}`)
    await expect(first).rejects.toMatchObject({ code: 'server_error' })
  })

  test('many events together may be larger than one', async () => {
    const stream = open({ maxEventBytes: sse(hit(1)).length + 10 })
    const first = stream.next()
    await server.events.connected(1)
    for (const id of [1, 2, 3, 4]) server.events.emit(hit(id))
    await first
    for (const id of [2, 3, 4]) expect((await stream.next()).value).toEqual(hit(id))
    await stream.return()
  })

  test('leaving the loop closes the connection', async () => {
    const stream = open()
    const first = stream.next()
    await server.events.connected(1)
    server.events.emit(hit(1))
    await first
    const closed = server.events.closed()
    await stream.return()
    await closed
    expect((await stream.next()).done).toBe(true)
  })

  test('an aborted signal connects to nothing', async () => {
    expect((await open({ signal: AbortSignal.abort() }).next()).done).toBe(true)
    expect(server.requests).toHaveLength(0)
  })
})

function sse(event: StreamEvent): string {
  return `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`
}
