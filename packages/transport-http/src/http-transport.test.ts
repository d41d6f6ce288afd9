import { MAX_DOWN_FRAME_BYTES, MAX_UP_FRAME_BYTES, type Timers, VERSION_HEADER } from '@lightrun/core'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { createHandTimers } from '../test/hand-timers.ts'
import { type Call, createHttpServer, type HttpServer } from '../test/http-server.ts'
import { until } from '../test/raw-server.ts'
import { createHttpTransport, MIN_EMPTY_POLL_MS } from './index.ts'

const secret = 'lrp_the-key-of-the-pool'
const agentId = 'agent-0123456789'
const bytes = (text: string) => new TextEncoder().encode(text)

async function serve(answer: Parameters<typeof createHttpServer>[0]): Promise<HttpServer> {
  const server = await createHttpServer(answer)
  onTestFinished(() => server.close())
  return server
}

function connect(endpoint: string, timers?: Timers) {
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const transport = createHttpTransport({ endpoint, secret, agentId, ...(timers && { timers }) })
  return { ...transport, controller, signal: controller.signal }
}

const query = (call: Call | undefined) => new URLSearchParams(call?.url.split('?')[1])
const versions = (server: HttpServer) => server.calls.map((call) => query(call).get('after'))

describe('a sent frame', () => {
  it('is one POST with the key, to the path of the binding behind the prefix of the endpoint', async () => {
    const server = await serve((_, response) => response.writeHead(204).end())
    const { send, signal } = connect(`${server.endpoint}/lightrun/`)
    expect(await send(bytes('{"ü":1}'), signal)).toEqual({ status: 'accepted' })
    expect(server.calls).toHaveLength(1)
    expect(server.calls[0]).toMatchObject({ method: 'POST', url: '/lightrun/agent/v1/frames' })
    expect(server.calls[0]?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'content-length': '8',
    })
    expect(server.calls[0]?.body.toString()).toBe('{"ü":1}')
  })

  it('over the limit is refused without asking anybody', async () => {
    const server = await serve((_, response) => response.writeHead(204).end())
    const { send, signal } = connect(server.endpoint)
    expect(await send(new Uint8Array(MAX_UP_FRAME_BYTES), signal)).toMatchObject({ status: 'accepted' })
    const refused = await send(new Uint8Array(MAX_UP_FRAME_BYTES + 1), signal)
    expect(refused).toMatchObject({ status: 'refused', code: 'frame_too_large' })
    expect(server.calls).toHaveLength(1)
  })

  it('uses the connection of the one before', async () => {
    const server = await serve((_, response) => response.writeHead(204).end())
    const { send, signal } = connect(server.endpoint)
    for (let i = 0; i < 10; i++) await send(bytes('x'), signal)
    expect(server.opened).toBe(1)
  })

  it('does not wait for another whose answer is late', async () => {
    const server = await serve((call, response) => {
      if (call.body.toString() !== 'late') response.writeHead(204).end()
    })
    const { send, signal } = connect(server.endpoint)
    const late = send(bytes('late'), signal)
    await until(() => server.calls.length === 1)
    expect(await send(bytes('quick'), signal)).toEqual({ status: 'accepted' })
    late.catch(() => expect.unreachable('send rejects'))
  })

  it('of an aborted signal leaves the others alone', async () => {
    const server = await serve((call, response) => {
      if (call.body.toString() === 'b') setImmediate(() => response.writeHead(204).end())
    })
    const { send, signal } = connect(server.endpoint)
    const aborter = new AbortController()
    const a = send(bytes('a'), aborter.signal)
    await until(() => server.calls.length === 1)
    const b = send(bytes('b'), signal)
    aborter.abort()
    expect(await Promise.all([a, b])).toEqual([{ status: 'retry' }, { status: 'accepted' }])
  })

  it('is a retry that names the address when nobody listens there', async () => {
    const { endpoint, close } = await createHttpServer(() => {})
    await close()
    const { send, signal } = connect(endpoint)
    const delivery = await send(bytes('x'), signal)
    expect(delivery).toMatchObject({ status: 'retry', cause: { code: 'server_unreachable' }, unsent: true })
    expect(String(delivery.status === 'retry' && delivery.cause)).toContain(`${endpoint}: connect ECONNREFUSED`)
  })

  it('is a retry when the name has no address', async () => {
    const { send, signal } = connect('http://no-such-host.invalid')
    expect(await send(bytes('x'), signal)).toMatchObject({ status: 'retry', cause: { code: 'server_unreachable' } })
  })

  it('may have arrived when the connection breaks instead of an answer', async () => {
    const server = await serve((_, response) => void response.destroy())
    const { send, signal } = connect(server.endpoint)
    const delivery = await send(bytes('x'), signal)
    expect(server.calls).toHaveLength(1)
    expect(delivery).toMatchObject({ status: 'retry', cause: { code: 'server_unreachable' } })
    expect(delivery).not.toHaveProperty('unsent')
  })
})

describe('a poll', () => {
  it('asks for anything at first, then for what is newer than the frame before, and starts anew when called again', async () => {
    const server = await serve((_, response, number) => {
      response.setHeader(VERSION_HEADER, number * 10)
      response.end(`frame ${number}`)
    })
    const { receive, signal } = connect(`${server.endpoint}/prefix`)
    const seen: string[] = []
    for await (const frame of receive(signal)) if (seen.push(Buffer.from(frame).toString()) === 3) break
    for await (const frame of receive(signal)) if (seen.push(Buffer.from(frame).toString()) === 4) break
    expect(seen).toEqual(['frame 1', 'frame 2', 'frame 3', 'frame 4'])
    expect(versions(server)).toEqual(['-1', '10', '20', '-1'])
    expect(server.calls[0]?.url).toBe(`/prefix/agent/v1/frames?agent=${agentId}&after=-1`)
    expect(server.calls[0]?.headers.authorization).toBe(`Bearer ${secret}`)
  })

  it('follows an empty one at once when the server has held it', async () => {
    const timers = createHandTimers()
    const server = await serve((_, response, number) => {
      if (number > 1) return
      timers.advance(MIN_EMPTY_POLL_MS)
      response.writeHead(204).end()
    })
    const { receive, signal } = connect(server.endpoint, timers)
    void receive(signal)[Symbol.asyncIterator]().next()
    await until(() => server.calls.length === 2)
    expect(versions(server)).toEqual(['-1', '-1'])
  })

  it.each([
    ['says 204 at once', {}],
    ['repeats an old version', { [VERSION_HEADER]: '7' }],
  ])('waits a second when the server %s, for ever', async (_, headers) => {
    const timers = createHandTimers()
    const server = await serve((_, response, number) => {
      if (number === 1) response.writeHead(200, { [VERSION_HEADER]: '7' }).end('first')
      else response.writeHead(VERSION_HEADER in headers ? 200 : 204, headers).end()
    })
    const { receive, signal } = connect(server.endpoint, timers)
    const frames = receive(signal)[Symbol.asyncIterator]()
    await frames.next()
    void frames.next()
    for (let polls = 2; polls < 6; polls++) {
      // The limits of a poll are longer than the pause after it.
      await until(() => server.calls.length === polls && timers.nextMs === MIN_EMPTY_POLL_MS)
      timers.advance(MIN_EMPTY_POLL_MS - 1)
      for (let turns = 0; turns < 20; turns++) await new Promise<void>((resolve) => setImmediate(resolve))
      expect(server.calls).toHaveLength(polls)
      timers.advance(1)
    }
  })

  it('has a connection of its own: two carry everything', async () => {
    let polls = 0
    const server = await serve((call, response) => {
      if (call.method === 'POST') response.writeHead(204).end()
      else if (++polls < 20) response.writeHead(200, { [VERSION_HEADER]: polls }).end('x')
    })
    const { send, receive, signal } = connect(server.endpoint)
    const reading = (async () => {
      for await (const _ of receive(signal)) await send(bytes('status'), signal)
    })()
    await until(() => polls === 20)
    await send(bytes('hit'), signal)
    expect(server.opened).toBe(2)
    reading.catch(() => {})
  })

  it('takes a frame of the largest size, and not one byte more', async () => {
    let size = MAX_DOWN_FRAME_BYTES
    const server = await serve((_, response) => {
      response.writeHead(200, { [VERSION_HEADER]: 1 }).end(Buffer.alloc(size, 32))
    })
    const { receive, signal } = connect(server.endpoint)
    for await (const frame of receive(signal)) {
      expect(frame.byteLength).toBe(MAX_DOWN_FRAME_BYTES)
      break
    }
    size++
    await expect(receive(signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'link_lost',
      cause: { code: 'frame_too_large' },
    })
  })

  it('is lost when the server restarts, and the next finds the new one', async () => {
    const first = await createHttpServer((_, response, number) => {
      if (number === 1) response.writeHead(200, { [VERSION_HEADER]: 1 }).end('before')
    })
    const { receive, signal } = connect(first.endpoint)
    const frames = receive(signal)[Symbol.asyncIterator]()
    await frames.next()
    const waiting = frames.next()
    await until(() => first.calls.length === 2)
    await first.close()
    await expect(waiting).rejects.toMatchObject({ code: 'link_lost' })
    await expect(receive(signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'link_lost' })
    const second = await createHttpServer(
      (_, response) => response.writeHead(200, { [VERSION_HEADER]: 1 }).end('after'),
      { port: first.port },
    )
    onTestFinished(() => second.close())
    const next = await receive(signal)[Symbol.asyncIterator]().next()
    expect(Buffer.from(next.value ?? []).toString()).toBe('after')
  })

  it('tells how long a busy server wants to be left alone', async () => {
    const server = await serve((_, response) => response.writeHead(503, { 'retry-after': '7' }).end())
    const { receive, signal } = connect(server.endpoint)
    await expect(receive(signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'link_lost',
      details: { afterMs: 7_000 },
      cause: { code: 'server_error' },
    })
  })
})

describe('the end', () => {
  const open: HttpServer[] = []
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close()
  })

  async function linked() {
    const timers = createHandTimers()
    const server = await createHttpServer((call, response) => {
      if (call.method === 'POST') response.writeHead(204).end()
    })
    open.push(server)
    const link = connect(server.endpoint, timers)
    const waiting = link.receive(link.signal)[Symbol.asyncIterator]().next()
    await until(() => server.calls.length === 1)
    await link.send(bytes('x'), link.signal)
    expect(server.open).toBe(2)
    return { ...link, server, timers, waiting }
  }

  it('closes the connections at once, idle ones too, and leaves no timer', async () => {
    const { controller, waiting, server, timers } = await linked()
    controller.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    await until(() => server.open === 0)
    expect(timers.waiting).toBe(0)
  })

  it('lets a last frame out, and closes after it', async () => {
    const { controller, waiting, server, send } = await linked()
    controller.abort()
    await waiting
    expect(await send(bytes('bye'), new AbortController().signal)).toEqual({ status: 'accepted' })
    await until(() => server.open === 0)
  })

  it('leaves no listener on the signal', async () => {
    const server = await serve((_, response) => response.writeHead(204).end())
    const { send, signal } = connect(server.endpoint)
    let added = 0
    let removed = 0
    const counted = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener') added++
        if (key === 'removeEventListener') removed++
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    for (let i = 0; i < 5; i++) await send(bytes('x'), counted)
    expect([added, removed]).toEqual([5, 5])
  })
})

describe('an impossible configuration', () => {
  it.each(['', 'with space', 'new\nline', 'ümlaut', 'nul\0'])(
    'is a secret like %j; the message does not repeat it',
    (bad) => {
      const create = () => createHttpTransport({ endpoint: 'http://127.0.0.1', secret: bad, agentId })
      expect(create).toThrow(expect.objectContaining({ code: 'config_invalid' }))
      if (bad !== '') expect(create).not.toThrow(bad)
    },
  )
})
