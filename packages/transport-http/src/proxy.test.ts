import { VERSION_HEADER } from '@lightrun/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCertificates, hasOpenssl } from '../test/certificates.ts'
import { type Call, createHttpServer } from '../test/http-server.ts'
import { createProxyServer } from '../test/proxy-server.ts'
import { createRawServer, until } from '../test/raw-server.ts'
import { createHttpTransport, type HttpTransportOptions } from './index.ts'

const frame = new TextEncoder().encode('{}')

async function createServer(tls?: { key: string; cert: string }) {
  const server = await createHttpServer(
    ({ method }: Call, response) => {
      if (method === 'POST') response.writeHead(204).end()
      else response.writeHead(200, { [VERSION_HEADER]: 1 }).end('state')
    },
    tls === undefined ? {} : { tls },
  )
  onTestFinished(() => server.close())
  return server
}

async function createProxy(credentials?: string) {
  const proxy = await createProxyServer(credentials)
  onTestFinished(() => proxy.close())
  return proxy
}

function connect(options: Partial<HttpTransportOptions> & { endpoint: string }) {
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const transport = createHttpTransport({ secret: 'lrp_key', agentId: 'agent-0123456789', ...options })
  return {
    controller,
    send: () => transport.send(frame, controller.signal),
    poll: () => transport.receive(controller.signal)[Symbol.asyncIterator]().next(),
  }
}

describe('through a proxy', () => {
  it('a server of plain HTTP is asked by its whole address, and the proxy told who asks', async () => {
    const server = await createServer()
    const { port, asked } = await createProxy('ann:s:ecret')
    const proxy = { host: '127.0.0.1', port, username: 'ann', password: 's:ecret' }
    const { send, poll } = connect({ endpoint: `${server.endpoint}/behind`, proxy })
    expect(await send()).toEqual({ status: 'accepted' })
    expect(Buffer.from((await poll()).value ?? []).toString()).toBe('state')
    expect(asked[0]).toBe(`POST ${server.endpoint}/behind/agent/v1/frames`)
    expect(server.calls[0]).toMatchObject({ url: '/behind/agent/v1/frames', body: Buffer.from(frame) })
    expect(server.calls[0]?.headers).toMatchObject({
      authorization: 'Bearer lrp_key',
      host: `127.0.0.1:${server.port}`,
    })
    expect(server.calls[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  it.skipIf(!hasOpenssl())('a server of HTTPS is reached in a tunnel that the proxy cannot look into', async () => {
    const { key, cert, ca } = createCertificates()
    const server = await createServer({ key, cert })
    const { port, asked } = await createProxy('ann:pass')
    const proxy = { host: 'localhost', port, username: 'ann', password: 'pass' }
    const { send, poll } = connect({ endpoint: `https://localhost:${server.port}`, tls: { ca }, proxy })
    expect(await send()).toEqual({ status: 'accepted' })
    expect(Buffer.from((await poll()).value ?? []).toString()).toBe('state')
    expect(new Set(asked)).toEqual(new Set([`CONNECT localhost:${server.port}`]))
    // The certificate is the server's own, and still has to be for its name.
    const other = connect({ endpoint: `https://127.0.0.2:${server.port}`, tls: { ca }, proxy })
    expect((await other.send()).status).toBe('retry')
  })

  it('credentials that the proxy does not take are named, and not told', async () => {
    const { port } = await createProxy('ann:pass')
    const proxy = { host: '127.0.0.1', port, username: 'ann', password: 'wrong-word' }
    const delivery = await connect({ endpoint: 'https://server.example', proxy }).send()
    expect(delivery).toMatchObject({
      status: 'retry',
      cause: { code: 'server_unreachable', message: expect.stringMatching(/407.*username and password of the proxy/) },
    })
    expect(JSON.stringify(delivery)).not.toContain('wrong-word')
  })

  it.each([
    ['refuses', 'HTTP/1.1 403 No\r\n\r\n', /refuses to connect to the server \(403\)/],
    ['is no proxy', '220 smtp.example ESMTP\r\n\r\n', /is no HTTP proxy/],
    ['never ends its headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(4_000)}`, /endless headers/],
    ['speaks for the server', 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 204 OK\r\n\r\n', /something of its own/],
  ])('a proxy that %s costs nothing but the attempt', async (_, answer, message) => {
    const raw = await createRawServer((socket) => socket.write(answer))
    onTestFinished(() => raw.close())
    const { send } = connect({ endpoint: 'https://server.example', proxy: { host: '127.0.0.1', port: raw.port } })
    expect(await send()).toMatchObject({ status: 'retry', cause: { message: expect.stringMatching(message) } })
    await until(() => raw.open === 0)
  })

  it('an attempt that is called off leaves no connection to the proxy', async () => {
    const raw = await createRawServer(() => {})
    onTestFinished(() => raw.close())
    const { send, controller } = connect({
      endpoint: 'https://server.example',
      proxy: { host: '127.0.0.1', port: raw.port },
    })
    const sending = send()
    await until(() => raw.received().startsWith('CONNECT server.example:443 HTTP/1.1\r\nhost: server.example:443'))
    controller.abort()
    expect(await sending).toEqual({ status: 'retry', unsent: true })
    await until(() => raw.open === 0)
  })
})
