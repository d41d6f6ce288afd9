import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import type { Task } from '@lightrun/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificates, createCertificates, hasOpenssl } from '../packages/transport-http/test/certificates.ts'
import { createStand, lineOf, type Stand } from './support/stand.ts'

const APP = `let n = 0
setInterval(() => {
  n++
}, 10)
`
const can = hasOpenssl()
if (!can) console.warn('SKIPPED: the tests of TLS need the openssl command to make certificates')

/** What terminates TLS before a server, as operators have it. */
async function createTerminator(own: Certificates, target: string) {
  const { hostname, port } = new URL(target)
  const open = new Set<TLSSocket>()
  let requests = 0
  const server = createServer({ key: own.key, cert: own.cert }, (socket) => {
    open.add(socket)
    socket.once('data', () => requests++)
    const inner = connect(Number(port), hostname)
    socket.on('error', () => inner.destroy()).on('close', () => open.delete(socket))
    inner.on('error', () => socket.destroy())
    socket.pipe(inner).pipe(socket)
  })
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Connections over which anything was sent. */
    requests: () => requests,
    close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

describe.skipIf(!can)('a server behind TLS whose certificate a private authority has signed', () => {
  let stand: Stand
  let own: Certificates
  let terminator: Awaited<ReturnType<typeof createTerminator>>
  const at = (name: string) => join(stand.folder, name)
  beforeAll(async () => {
    stand = await createStand()
    own = createCertificates()
    terminator = await createTerminator(own, stand.bootstrap.url)
    await stand.write({
      'app.cjs': APP,
      'ca.pem': own.ca,
      'other-ca.pem': createCertificates().ca,
      'no-ca.pem': 'hello',
    })
  })
  afterAll(async () => {
    terminator?.close()
    await stand?.close()
  })

  const start = (name: string, env: Record<string, string>) =>
    stand.app(name, ['app.cjs'], { env: { LIGHTRUN_API_ENDPOINT: terminator.url, ...env } })
  const pin = () => Buffer.from(own.pin, 'hex').toString('base64')

  it('LIGHTRUN_CA_PATH: the agent reaches it, and answers', async () => {
    const app = start('trusting', { LIGHTRUN_CA_PATH: at('ca.pem') })
    await stand.agent('trusting')
    const position = { file: 'app.cjs', line: lineOf(APP, 'n++') }
    const task: Task = { type: 'log', format: 'n is {n}', level: 'info', targets: ['server'] }
    const { id } = await stand.client.createAction({ source: 'trusting', position, task })
    const [hit] = await stand.hits(id, 1)
    expect(hit?.data).toMatchObject({ text: expect.stringMatching(/^n is \d+$/) })
    expect(app.output()).toBe('')
  })

  it('caPath in the file of options, waiting at the start: reached before the application begins', async () => {
    const options = {
      lightrunSecret: stand.bootstrap.lightrunSecret,
      apiEndpoint: terminator.url,
      caPath: at('ca.pem'),
      lightrunWaitForInit: true,
    }
    await writeFile(at('options.json'), JSON.stringify(options))
    const app = start('waiting', { LIGHTRUN_AGENT_CONFIG: at('options.json') })
    await stand.agent('waiting')
    expect(app.output()).toBe('')
  })

  it('a pinned key, beside the authority or without any check of the certificate', async () => {
    start('pinned', { LIGHTRUN_CA_PATH: at('ca.pem'), LIGHTRUN_PINNED_CERTS: pin() })
    start('only-pinned', { LIGHTRUN_NO_CHECK_CERTIFICATE: 'true', LIGHTRUN_PINNED_CERTS: pin() })
    await stand.agent('pinned')
    await stand.agent('only-pinned')
  })

  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'without the option',
      () => ({}),
      /^lightrun: server_unreachable: no answer from https:.*: unable to verify the first certificate.*; trust the authority that signed the certificate \(caPath, LIGHTRUN_CA_PATH\)/,
    ],
    [
      'with another authority',
      () => ({ LIGHTRUN_CA_PATH: at('other-ca.pem') }),
      /^lightrun: server_unreachable: .*trust the authority that signed the certificate \(caPath, LIGHTRUN_CA_PATH\)/,
    ],
    [
      'with a key that is not pinned',
      () => ({ LIGHTRUN_CA_PATH: at('ca.pem'), LIGHTRUN_PINNED_CERTS: `${'A'.repeat(43)}=` }),
      /^lightrun: server_unreachable: .*pin that key if it is yours/,
    ],
    [
      'with a file that is not there',
      () => ({ LIGHTRUN_CA_PATH: at('nowhere.pem') }),
      /^lightrun: config_invalid: caPath names .*nowhere\.pem, which cannot be read/,
    ],
    [
      'with a file that is no certificate',
      () => ({ LIGHTRUN_CA_PATH: at('no-ca.pem') }),
      /^lightrun: config_invalid: caPath names .*no-ca\.pem, which has no certificate in PEM/,
    ],
  ])('%s it is sent nothing, one line says why, and the application goes on', async (name, env, why) => {
    const before = terminator.requests()
    const app = start(name, env())
    await app.says(why)
    expect(app.output().trim().split('\n')).toHaveLength(1)
    expect(app.output()).not.toContain(stand.bootstrap.lightrunSecret)
    expect((await stand.client.agents()).some(({ displayName }) => displayName === name)).toBe(false)
    expect(app.child.exitCode).toBe(null)
    await app.kill()
    // Those that are connected keep their connections.
    expect(terminator.requests()).toBe(before)
  })
})
