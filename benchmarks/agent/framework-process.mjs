import { once } from 'node:events'
import { join } from 'node:path'
import { Pool } from 'undici'
import { here, REGISTER } from './stand.mjs'

const CONNECTIONS = 16
/** V8 has optimised a handler after some thousand calls; each kind of request has its own. */
export const WARM_UP_REQUESTS = 40_000
export const APPLICATIONS = [
  { name: 'Fastify', file: join(here, 'frameworks/fastify-app.mjs') },
  { name: 'Express', file: join(here, 'frameworks/express-app.mjs') },
]
const order = {
  customer: 'vip-7',
  lines: [1, 5, 12].map((quantity) => ({ sku: `sku-${quantity * 31}`, quantity })),
}
const REQUESTS = [
  { method: 'GET', path: '/products?category=chairs&maxCents=20000&page=2', expected: 200 },
  { method: 'GET', path: '/products/sku-77', expected: 200 },
  { method: 'POST', path: '/orders', body: JSON.stringify(order), expected: 201 },
  { method: 'GET', path: '/products/none', expected: 404 },
]

/**
 * One of the applications, as a process.
 *
 * @param isWoven with its own code woven and an agent that nobody asks anything
 * @param under a program and its arguments that run Node.js
 */
export async function startFramework(stand, { name, file }, isWoven, under = []) {
  const displayName = `bench: ${name}`
  const preload = isWoven ? ['--import', REGISTER] : []
  const [program = process.execPath, ...args] = under
  const child = stand.fork(file, {
    execPath: program,
    execArgv: under.length > 0 ? [...args, process.execPath, ...preload] : preload,
    env: isWoven ? stand.environment(displayName, { LIGHTRUN_WEAVE_CACHE: 'false' }) : process.env,
  })
  const [{ port }] = await once(child, 'message')
  const endless = { headersTimeout: 0, bodyTimeout: 0 }
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS, pipelining: 1, ...endless })
  const headers = { 'content-type': 'application/json' }

  async function ask({ expected, ...request }) {
    const { statusCode, body } = await pool.request({ ...request, headers })
    if (statusCode !== expected) throw new Error(`${name} answered ${request.path} with ${statusCode}`)
    return body
  }

  return {
    displayName,
    pid: child.pid,
    answers: () => Promise.all(REQUESTS.map(async (request) => (await ask(request)).json())),
    /** As many requests, of each kind a quarter. */
    async load(requests) {
      let left = requests
      const worker = async () => {
        while (left-- > 0) await (await ask(REQUESTS[left & 3])).dump()
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, worker))
    },
    async close() {
      await pool.close()
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
