import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { CONNECT_TIMEOUT_MS } from '../src/index.ts'
import { openBlackhole } from './blackhole.ts'
import { type Built, buildPackage } from './build.ts'
import { createCertificates, hasOpenssl } from './certificates.ts'
import { runToEnd } from './child.ts'
import { createHttpServer } from './http-server.ts'
import { createProxyServer } from './proxy-server.ts'
import { createRawServer } from './raw-server.ts'

/** What a process may take to end when nothing holds it, on a busy machine. */
const AT_ONCE_MS = 1_000

let built: Built
beforeAll(async () => {
  built = await buildPackage()
})
afterAll(() => built?.remove())

/**
 * A program that polls and sends, and whose own work is done when `then` is. It holds itself until then: awaiting the
 * transport does not.
 */
const program = (endpoint: string, then: string, options = '{}') => `
  import { createHttpTransport } from ${JSON.stringify(built.esm)}
  const hold = setInterval(() => {}, 1_000)
  const aborter = new AbortController()
  const transport = createHttpTransport({
    endpoint: ${JSON.stringify(endpoint)}, secret: 'lrp_key', agentId: 'agent-0123456789', ...${options},
  })
  const polling = (async () => { for await (const _ of transport.receive(aborter.signal)); })().catch(() => {})
  const send = (size, { signal } = aborter) => transport.send(new Uint8Array(size), signal)
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  ${then}
  clearInterval(hold)
  console.log('end')
`

describe('the transport keeps no process alive', () => {
  it('while a poll is pending', async () => {
    const server = await createHttpServer((call, response) => {
      if (call.method === 'POST') response.writeHead(204).end()
    })
    onTestFinished(() => server.close())
    const ended = await runToEnd(program(server.endpoint, 'console.log(await send(10)); await pause(200)'))
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: "{ status: 'accepted' }\nend\n" })
    expect(server.calls.map((call) => call.method).sort()).toEqual(['GET', 'POST'])
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('while a request is pending on a connection that was idle before, which undici would hold', async () => {
    let posts = 0
    const server = await createHttpServer((call, response) => {
      if (call.method === 'POST' && ++posts === 1) response.writeHead(204).end()
    })
    onTestFinished(() => server.close())
    const then = 'await send(10); await pause(100); send(10); await pause(200)'
    const ended = await runToEnd(program(server.endpoint, then))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect([posts, server.opened]).toEqual([2, 2])
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('while a post waits for its answer', async () => {
    const server = await createHttpServer(() => {})
    onTestFinished(() => server.close())
    const ended = await runToEnd(program(server.endpoint, 'send(10); await pause(200)'))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(server.calls).toHaveLength(2)
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('while the server accepts the connection and says nothing', async () => {
    const server = await createRawServer(() => {})
    onTestFinished(() => server.close())
    const ended = await runToEnd(program(server.endpoint, 'send(10); await pause(200)'))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(server.opened).toBe(2)
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('while the server does not finish the TLS handshake', async () => {
    const server = await createRawServer(() => {})
    onTestFinished(() => server.close())
    const ended = await runToEnd(program(`https://127.0.0.1:${server.port}`, 'send(10); await pause(200)'))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(server.opened).toBe(2)
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it.skipIf(!hasOpenssl())('while a poll is pending over TLS, to a name with several addresses', async () => {
    const tls = createCertificates()
    const server = await createHttpServer(
      (call, response) => {
        if (call.method === 'POST') response.writeHead(204).end()
      },
      { tls: { key: tls.key, cert: tls.cert } },
    )
    onTestFinished(() => server.close())
    const options = JSON.stringify({ tls: { ca: tls.ca } })
    const endpoint = `https://localhost:${server.port}`
    const ended = await runToEnd(program(endpoint, 'console.log(await send(10)); await pause(200)', options))
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: "{ status: 'accepted' }\nend\n" })
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('while a proxy does not open the tunnel', async () => {
    const server = await createRawServer(() => {})
    onTestFinished(() => server.close())
    const options = JSON.stringify({ proxy: { host: '127.0.0.1', port: server.port } })
    const ended = await runToEnd(program('https://server.example', 'send(10); await pause(200)', options))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(server.opened).toBe(2)
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it.skipIf(!hasOpenssl())('while a poll is pending over TLS in a tunnel', async () => {
    const tls = createCertificates()
    const server = await createHttpServer(
      (call, response) => {
        if (call.method === 'POST') response.writeHead(204).end()
      },
      { tls: { key: tls.key, cert: tls.cert } },
    )
    const proxy = await createProxyServer()
    onTestFinished(async () => {
      await proxy.close()
      await server.close()
    })
    const options = JSON.stringify({ tls: { ca: tls.ca }, proxy: { host: 'localhost', port: proxy.port } })
    const ended = await runToEnd(program(server.endpoint, 'console.log(await send(10)); await pause(200)', options))
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: "{ status: 'accepted' }\nend\n" })
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('while it pauses after an empty poll', async () => {
    const server = await createHttpServer((_, response) => response.writeHead(204).end())
    onTestFinished(() => server.close())
    const ended = await runToEnd(program(server.endpoint, 'await send(10); await pause(200)'))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('while an idle connection is kept', async () => {
    const server = await createHttpServer((_, response) => response.writeHead(204).end())
    onTestFinished(() => server.close())
    const ended = await runToEnd(program(server.endpoint, 'await send(10)'))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })

  it('when the name does not exist', async () => {
    const ended = await runToEnd(program('http://no-such-host.invalid', 'console.log((await send(10)).status)'))
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: 'retry\nend\n' })
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })
})

describe('what the event loop counts as work, whoever asks for it', () => {
  it('a connection that nobody answers delays the end by its limit at most', async () => {
    const hole = await openBlackhole()
    if (hole === undefined) return console.warn('SKIPPED: this system has no port that answers nothing')
    onTestFinished(() => hole.close())
    const ended = await runToEnd(program(`http://127.0.0.1:${hole.port}`, 'send(10)'))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.lingeredMs).toBeLessThan(CONNECT_TIMEOUT_MS + AT_ONCE_MS)
  })

  it('and not at all when it is aborted', async () => {
    const hole = await openBlackhole()
    if (hole === undefined) return console.warn('SKIPPED: this system has no port that answers nothing')
    onTestFinished(() => hole.close())
    const then = 'send(10); await pause(100); aborter.abort(); await polling'
    const ended = await runToEnd(program(`http://127.0.0.1:${hole.port}`, then))
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.lingeredMs).toBeLessThan(AT_ONCE_MS)
  })
})

describe('after the end', () => {
  it('nothing is left: no socket, no timer, no request', async () => {
    const server = await createHttpServer((call, response) => {
      if (call.method === 'POST') response.writeHead(204).end()
    })
    onTestFinished(() => server.close())
    const then = `
      await send(10)
      aborter.abort()
      await polling
      clearInterval(hold)
      await pause(10)
      console.log(process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'))`
    const ended = await runToEnd(program(server.endpoint, then))
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: '[]\nend\n' })
    expect(server.open).toBe(0)
  })
})

describe('the copy of undici in the package', () => {
  it('publishes nothing on the diagnostics channels of the application', async () => {
    const server = await createHttpServer((_, response) => response.writeHead(204).end())
    onTestFinished(() => server.close())
    const then = `
      const { channel } = await import('node:diagnostics_channel')
      let heard = 0
      for (const name of ['client:beforeConnect', 'client:connected', 'client:sendHeaders', 'request:create', 'request:headers']) {
        channel('undici:' + name).subscribe(() => heard++)
      }
      console.log((await send(10)).status, heard)
      await fetch(${JSON.stringify(server.endpoint)}, { keepalive: false })
      console.log(heard > 0)`
    expect((await runToEnd(program(server.endpoint, then))).stdout).toBe('accepted 0\ntrue\nend\n')
  })

  it('leaves no trace in the globals, and needs nothing but Node.js', async () => {
    const code = `
      const before = Reflect.ownKeys(globalThis).length
      const { createHttpTransport } = require(${JSON.stringify(built.cjs)})
      const { send } = createHttpTransport({ endpoint: 'http://127.0.0.1:1', secret: 'k', agentId: 'agent-0123456789' })
      send(new Uint8Array(1), new AbortController().signal).then(({ status }) => {
        console.log(status, Reflect.ownKeys(globalThis).length - before)
      })`
    const ended = await runToEnd(code, { commonjs: true })
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: 'retry 0\n' })
  })
})
