import { inspect } from 'node:util'
import { LightrunError, MAX_DOWN_FRAME_BYTES, type Timers, VERSION_HEADER } from '@lightrun/core'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHandTimers } from '../test/hand-timers.ts'
import { createRawServer, type RawServer, until } from '../test/raw-server.ts'
import { ANSWER_TIMEOUT_MS, BODY_TIMEOUT_MS, createHttpTransport, MAX_PROBLEM_BYTES, POLL_TIMEOUT_MS } from './index.ts'

const secret = 'lrp_the-key-of-the-pool'
const frame = new TextEncoder().encode('{}')
const page = '<!doctype html><title>Sign in to the Wi-Fi</title>'

async function serve(answer: Parameters<typeof createRawServer>[0]): Promise<RawServer> {
  const server = await createRawServer(answer)
  onTestFinished(() => server.close())
  return server
}

function connect(endpoint: string, timers?: Timers) {
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const { send, receive } = createHttpTransport({
    endpoint,
    secret,
    agentId: 'agent-0123456789',
    ...(timers && { timers }),
  })
  const { signal } = controller
  return { send: () => send(frame, signal), poll: () => receive(signal)[Symbol.asyncIterator]().next() }
}

const http = (status: string, headers: Record<string, string> = {}, body = '') => {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers })
  return `HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
const keyIn = (request: string) => request.match(/Bearer (\S+)/)?.[1] ?? ''
const problem = (status: string, content: object) =>
  http(status, { 'content-type': 'application/problem+json' }, JSON.stringify(content))
const ofOurs = (status: number, code: string, detail = 'Do this.') => ({
  type: 'https://lightrun.example/errors',
  title: 'No',
  status,
  code,
  detail,
})

/** What nobody who stores frames, or has desired states, would say. */
const nonsense: [string, string][] = [
  ['a page with 200', http('200 OK', { 'content-type': 'text/html' }, page)],
  ['an empty 200', http('200 OK')],
  ['201', http('201 Created')],
  ['202', http('202 Accepted')],
  ['206 with a version', http('206 Partial Content', { [VERSION_HEADER]: '1' }, '{}')],
  [
    '200 with two versions',
    `HTTP/1.1 200 OK\r\n${VERSION_HEADER}: 1\r\n${VERSION_HEADER}: 2\r\ncontent-length: 0\r\n\r\n`,
  ],
  ['200 with a version that is no number', http('200 OK', { [VERSION_HEADER]: '1e3' }, '{}')],
  ['200 with a negative version', http('200 OK', { [VERSION_HEADER]: '-1' }, '{}')],
  ['200 with a version beyond integers', http('200 OK', { [VERSION_HEADER]: '9007199254740992' }, '{}')],
  ['a redirect', http('307 Temporary Redirect', { location: 'http://127.0.0.1:1/' })],
  ['304', http('304 Not Modified')],
  ['a bare 403', http('403 Forbidden', {}, page)],
  ['a bare 404', http('404 Not Found', {}, page)],
  ['a 404 that says JSON', http('404 Not Found', { 'content-type': 'application/problem+json' }, page)],
  ['408', http('408 Request Timeout')],
  ['429 with a refusal in it', problem('429 Too Many Requests', ofOurs(429, 'frame_invalid'))],
  ['500 with a refusal in it', problem('500 Oops', ofOurs(500, 'internal_error'))],
  ['502 with a page', http('502 Bad Gateway', {}, page)],
  ['999', http('999 Whatever')],
  ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['zeros', '\0'.repeat(1000)],
  ['headers without end', `HTTP/1.1 204 No Content\r\n${'x: y\r\n'.repeat(20_000)}`],
  ['less than was announced', 'HTTP/1.1 200 OK\r\nlightrun-version: 1\r\ncontent-length: 100\r\n\r\n{}'],
  [
    'a chunk that is none',
    'HTTP/1.1 200 OK\r\nlightrun-version: 1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  ],
  ['two lengths', 'HTTP/1.1 200 OK\r\nlightrun-version: 1\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
]

describe('an answer that is not ours', () => {
  it.each(nonsense)('%s: the frame is sent again, the link is lost', async (_, answer) => {
    const server = await serve((socket) => socket.end(answer))
    const { send, poll } = connect(server.endpoint)
    const delivery = await send()
    expect(delivery).toMatchObject({ status: 'retry', cause: { name: 'LightrunError' } })
    await expect(poll()).rejects.toMatchObject({ code: 'link_lost', cause: { message: expect.any(String) } })
  })

  it('is never accepted, never thrown, and never more than an answer, whatever the bytes', async () => {
    let answer: Uint8Array = new Uint8Array()
    const server = await serve((socket) => socket.end(answer))
    const { send, poll } = connect(server.endpoint)
    const piece = fc.oneof(
      fc.constantFrom('HTTP/1.1 ', '200 OK', '100 Continue', '404 No', '\r\n', '\r\n\r\n', `${VERSION_HEADER}: 4`),
      fc.constantFrom(
        'content-length: 3',
        'transfer-encoding: chunked',
        'connection: close',
        '2\r\n{}\r\n',
        '0\r\n\r\n',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    const bytes = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1')),
      fc.uint8Array({ maxLength: 200 }),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (generated) => {
        answer = generated
        expect((await send()).status).toBe('retry')
        const polled = await poll().then(
          ({ value }) => (value === undefined ? 'nothing' : 'frame'),
          (error: unknown) => (LightrunError.is(error) ? error.code : error),
        )
        expect(polled === 'link_lost' || (polled === 'frame' && Buffer.from(generated).includes(VERSION_HEADER))).toBe(
          true,
        )
      }),
      { numRuns: 200 },
    )
  })
})

describe('a refusal', () => {
  it.each([
    ['400', 'frame_invalid'],
    ['400', 'protocol_unsupported'],
    ['404', 'agent_unknown'],
    ['401', 'unauthorized'],
    ['403', 'unauthorized'],
    ['413', 'frame_too_large'],
  ])('with %s and a problem %s is passed on with its code and words', async (status, code) => {
    const server = await serve((socket) => socket.end(problem(`${status} No`, ofOurs(Number(status), code))))
    expect(await connect(server.endpoint).send()).toEqual({ status: 'refused', code, message: 'Do this.' })
  })

  it('is one even if its code is newer than this agent', async () => {
    const server = await serve((socket) => socket.end(problem('409 Conflict', ofOurs(409, 'moon_too_full'))))
    expect(await connect(server.endpoint).send()).toEqual({
      status: 'refused',
      code: 'request_invalid',
      message: 'moon_too_full: Do this.',
    })
  })

  it.each([
    ['401 Unauthorized', 'unauthorized'],
    ['413 Payload Too Large', 'frame_too_large'],
  ])('needs no words: %s', async (status, code) => {
    const server = await serve((socket) => socket.end(http(status, {}, page)))
    expect(await connect(server.endpoint).send()).toMatchObject({ status: 'refused', code })
  })

  it.each([
    ['401 Unauthorized', 'unauthorized', 'unauthorized'],
    ['404 Not Found', 'agent_unknown', 'agent_unknown'],
    ['400 Bad Request', 'protocol_unsupported', 'link_lost'],
  ])('of a poll, %s with %s, is thrown as %s', async (status, code, thrown) => {
    const server = await serve((socket) => socket.end(problem(status, ofOurs(Number.parseInt(status, 10), code))))
    await expect(connect(server.endpoint).poll()).rejects.toMatchObject({
      code: thrown,
      ...(thrown === 'link_lost' && { cause: { code } }),
    })
  })
})

describe('the key', () => {
  it('does not follow a redirect', async () => {
    const other = await serve((socket) => socket.end(http('204 No Content')))
    const location = `${other.endpoint}/agent/v1/frames?token=private`
    const server = await serve((socket) => socket.end(http('307 Temporary Redirect', { location })))
    const delivery = await connect(server.endpoint).send()
    await expect(connect(server.endpoint).poll()).rejects.toThrow(`redirects to ${other.endpoint};`)
    expect(String(delivery.status === 'retry' && delivery.cause)).toContain(`redirects to ${other.endpoint};`)
    expect(inspect(delivery)).not.toContain('private')
    expect(other.opened).toBe(0)
  })

  it.each<[string, (request: string) => string]>([
    ['as garbage', (request) => request],
    ['in a problem', (request) => problem('400 No', ofOurs(400, 'frame_invalid', `You said:\n${request}`))],
    ['in the problem of a failure', (request) => problem('500 No', ofOurs(500, 'internal_error', request))],
    [
      'where text is cut',
      (request) => problem('400 No', ofOurs(400, 'frame_invalid', `${'x'.repeat(490)}${keyIn(request)}`)),
    ],
    [
      'after what is cut out',
      (request) => problem('400 No', ofOurs(400, 'frame_invalid', `${'\0'.repeat(1_990)}${keyIn(request)}`)),
    ],
    ['as a problem code', (request) => problem('409 No', ofOurs(409, keyIn(request)))],
    ['as the reason', (request) => `HTTP/1.1 500 ${keyIn(request)}\r\n\r\n`],
    ['as a header', (request) => `HTTP/1.1 200 ${keyIn(request)}: x\r\n\r\n`],
  ])('is in no message and no cause, even when the server sends it back %s', async (_, answer) => {
    const server = await serve((socket, request) => socket.end(answer(request)))
    const { send, poll } = connect(server.endpoint)
    const said = [await send(), await poll().catch((error: unknown) => error)]
    expect(server.received().split(secret)).toHaveLength(3)
    expect(inspect(said, { depth: 10, showHidden: true })).not.toContain(secret.slice(0, 10))
  })

  it('has neither control characters nor endless text for a neighbour', async () => {
    const detail = `\u001b[2J\u0000${'long '.repeat(1_000)}`
    const server = await serve((socket) => socket.end(problem('400 No', ofOurs(400, 'frame_invalid', detail))))
    const delivery = await connect(server.endpoint).send()
    const message = delivery.status === 'refused' ? delivery.message : undefined
    expect(message).toMatch(/^\[2J long long .*…$/)
    expect(message?.length).toBeLessThan(600)
  })
})

describe('a slow server', () => {
  it.each<[string, string, string]>([
    ['never answers', '', ''],
    ['drips headers', 'HTTP/1.1 204 No Content\r\n', 'x: y\r\n'],
    ['announces the answer for ever', '', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ])('that %s costs a limited time', async (_, first, then) => {
    const timers = createHandTimers()
    let drips = 0
    const server = await serve((socket) => {
      socket.write(first)
      const drip = setInterval(() => socket.write(then, () => drips++), 2)
      socket.once('close', () => clearInterval(drip))
    })
    const { send, poll } = connect(server.endpoint, timers)
    const results = Promise.allSettled([send(), poll()])
    await until(() => server.received().includes('{}') && server.received().includes('GET') && drips > 20)
    timers.advance(ANSWER_TIMEOUT_MS - 1)
    expect(server.open).toBe(2)
    timers.advance(1)
    const soFar = drips
    await until(() => server.open === 1 && drips > soFar + 20)
    timers.advance(POLL_TIMEOUT_MS - ANSWER_TIMEOUT_MS)
    await until(() => server.open === 0)
    expect(await results).toMatchObject([
      { value: { status: 'retry', cause: { message: expect.stringContaining(`within ${ANSWER_TIMEOUT_MS} ms`) } } },
      { reason: { code: 'link_lost', message: expect.stringContaining(`within ${POLL_TIMEOUT_MS} ms`) } },
    ])
    expect(timers.waiting).toBe(0)
  })

  it('that drips the body costs a limited time', async () => {
    const timers = createHandTimers()
    const head = `HTTP/1.1 200 OK\r\n${VERSION_HEADER}: 1\r\ncontent-length: 1000\r\n\r\n`
    const server = await serve((socket) => {
      socket.write(`${head}a`)
      const drip = setInterval(() => socket.write('a'), 1)
      socket.once('close', () => clearInterval(drip))
    })
    const { poll } = connect(server.endpoint, timers)
    const result = poll()
    // The limit of the body has replaced that of the status.
    await until(() => timers.nextMs === BODY_TIMEOUT_MS)
    timers.advance(BODY_TIMEOUT_MS)
    await expect(result).rejects.toMatchObject({ code: 'link_lost', message: expect.stringContaining('not complete') })
    await until(() => server.open === 0)
  })
})

describe('an endless body', () => {
  it.each([
    ['of a frame', `HTTP/1.1 200 OK\r\n${VERSION_HEADER}: 1\r\n`, MAX_DOWN_FRAME_BYTES],
    ['of a page', 'HTTP/1.1 500 Oops\r\n', MAX_PROBLEM_BYTES],
  ])('%s is cut off at the limit', async (_, head, limit) => {
    let sent = 0
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`
    const server = await serve((socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`)
      const more = () => {
        while (!socket.destroyed && socket.write(chunk)) sent += 65_536
      }
      socket.on('drain', more)
      more()
    })
    await expect(connect(server.endpoint).poll()).rejects.toMatchObject({ code: 'link_lost' })
    await until(() => server.open === 0)
    // What the system's socket buffers hold comes on top.
    expect(sent).toBeLessThan(limit + 16 * 1024 * 1024)
  })
})
