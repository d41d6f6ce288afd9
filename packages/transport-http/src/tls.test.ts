import { once } from 'node:events'
import { createServer } from 'node:tls'
import { VERSION_HEADER } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Certificates, createCertificates, hasOpenssl } from '../test/certificates.ts'
import { createHandTimers } from '../test/hand-timers.ts'
import { createHttpServer, type HttpServer } from '../test/http-server.ts'
import { createRawServer, until } from '../test/raw-server.ts'
import { createHttpTransport, HANDSHAKE_TIMEOUT_MS, type HttpTransportOptions } from './index.ts'

const frame = new TextEncoder().encode('{}')
const can = hasOpenssl()
if (!can) console.warn('SKIPPED: the tests of TLS need the openssl command to make certificates')

describe.skipIf(!can)('over TLS', () => {
  let own: Certificates
  let server: HttpServer
  beforeAll(async () => {
    own = createCertificates()
    server = await createHttpServer(
      (call, response) => {
        if (call.method === 'POST') response.writeHead(204).end()
        else response.writeHead(200, { [VERSION_HEADER]: 1 }).end('state')
      },
      { tls: { key: own.key, cert: own.cert } },
    )
  })
  afterAll(() => server?.close())

  function connect(options: Partial<HttpTransportOptions>) {
    const controller = new AbortController()
    onTestFinished(() => controller.abort())
    const { signal } = controller
    const { endpoint } = server
    const transport = createHttpTransport({ endpoint, secret: 'lrp_key', agentId: 'agent-0123456789', ...options })
    return {
      send: () => transport.send(frame, signal),
      poll: () => transport.receive(signal)[Symbol.asyncIterator]().next(),
    }
  }

  it.each(['127.0.0.1', 'localhost'])('a certificate of the given authority is trusted for %s', async (host) => {
    const { send, poll } = connect({ endpoint: `https://${host}:${server.port}`, tls: { ca: own.ca } })
    expect(await send()).toEqual({ status: 'accepted' })
    expect(Buffer.from((await poll()).value ?? []).toString()).toBe('state')
  })

  it.each<[string, () => HttpTransportOptions['tls'], string]>([
    ['without the authority', () => ({}), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['with another authority', () => ({ ca: createCertificates().ca }), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('%s nothing is sent', async (_, tls, code) => {
    const before = server.calls.length
    const { send, poll } = connect({ tls: tls() ?? {} })
    expect(await send()).toMatchObject({
      status: 'retry',
      cause: { code: 'server_unreachable', message: expect.stringContaining('authority'), cause: { code } },
    })
    await expect(poll()).rejects.toMatchObject({ code: 'link_lost', cause: { code } })
    expect(server.calls).toHaveLength(before)
  })

  it('a certificate for another name is not trusted', async () => {
    const { send } = connect({ endpoint: `https://127.0.0.2:${server.port}`, tls: { ca: own.ca } })
    const raw = createServer({ key: own.key, cert: own.cert }).listen(server.port, '127.0.0.2')
    raw.on('tlsClientError', () => {})
    onTestFinished(() => void raw.close())
    await once(raw, 'listening')
    expect(await send()).toMatchObject({ status: 'retry', cause: { cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } } })
  })

  it('any certificate is taken when asked to', async () => {
    expect(await connect({ tls: { rejectUnauthorized: false } }).send()).toEqual({ status: 'accepted' })
  })

  it('a server with a pinned key is spoken to, one of several pins will do', async () => {
    const pinnedKeys = ['0'.repeat(64), own.pin]
    expect(await connect({ tls: { ca: own.ca, pinnedKeys } }).send()).toEqual({ status: 'accepted' })
    expect(await connect({ tls: { rejectUnauthorized: false, pinnedKeys } }).send()).toEqual({ status: 'accepted' })
  })

  it.each([true, false])('a server with another key is sent nothing, whoever vouches for it (%s)', async (strict) => {
    const before = server.calls.length
    const tls = { ca: own.ca, rejectUnauthorized: strict, pinnedKeys: [createCertificates().pin] }
    const shown = Buffer.from(own.pin, 'hex').toString('base64')
    expect(await connect({ tls }).send()).toMatchObject({
      status: 'retry',
      cause: { message: expect.stringContaining(`sha256/${shown}`), cause: { code: 'CERT_NOT_PINNED' } },
    })
    expect(server.calls).toHaveLength(before)
  })

  it('a pin does not vouch for a certificate', async () => {
    const { send } = connect({ tls: { pinnedKeys: [own.pin] } })
    expect(await send()).toMatchObject({ cause: { cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } } })
  })

  it('a server that does not shake hands costs a limited time', async () => {
    const timers = createHandTimers()
    const silent = await createRawServer(() => {})
    onTestFinished(() => silent.close())
    const { send } = connect({ endpoint: `https://127.0.0.1:${silent.port}`, timers })
    const result = send()
    await until(() => silent.received() !== '')
    timers.advance(HANDSHAKE_TIMEOUT_MS)
    expect(await result).toMatchObject({
      status: 'retry',
      cause: { message: expect.stringContaining('TLS handshake') },
    })
    await until(() => silent.open === 0)
    expect(timers.waiting).toBe(0)
  })

  it('a server that speaks plain HTTP is no server', async () => {
    const plain = await createRawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    onTestFinished(() => plain.close())
    const { send } = connect({ endpoint: `https://127.0.0.1:${plain.port}` })
    expect(await send()).toMatchObject({ status: 'retry', cause: { code: 'server_unreachable' } })
  })
})
