import { gzipSync } from 'node:zlib'
import { VERSION_HEADER } from '@lightrun/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Misbehave } from './support/scripted-server.ts'
import { COUNTER, LOG, type Service, startService } from './support/service.ts'
import { until } from './support/stand.ts'

/** A second of the test is as long as twenty to the agent. */
const FAST = 20

let service: Service
afterEach(() => service.close())

/** After whatever happened: everything the service counted since is at the server, and the agent does what is wanted. */
async function recovers(counter: string, from: number): Promise<void> {
  const calls = await service.tell('/calls')
  await until(
    `${calls - from} passes to be reported`,
    async () => service.counted(counter) === calls - from || undefined,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; ${service.counted(counter)} are; ${service.app.output()}`)
  })
  service.keep(counter)
  const log = await service.ask(LOG)
  await service.load(50)
  await until('a hit', async () => service.hits(log).length > 0 || undefined)
}

describe('a server that', () => {
  it('is gone for minutes is not noticed; counts are whole, hits are delivered or counted as lost', async () => {
    service = await startService({ fastTime: FAST })
    const counter = await service.ask(COUNTER)
    const log = await service.ask(LOG)
    const from = await service.tell('/calls')
    const up = await service.load(1_000)
    await service.server.down()
    const down = await service.load(6_000)
    // More than the queue holds.
    await service.tell('/burst', 12_000)
    await service.server.up()
    const calls = (await service.tell('/calls')) - from
    await until('every hit or its loss', async () => {
      const { queue_full = 0 } = service.lost(log)
      return (queue_full > 0 && service.hits(log).length + queue_full === calls) || undefined
    })
    expect(service.hits(log).length).toBeGreaterThan(5_000)
    // A machine of many guests: a wait for the server would be seconds.
    expect(median(down)).toBeLessThan(5 * median(up) + 20)
    expect(service.app.output().match(/lightrun: server_unreachable/g)).toHaveLength(1)
    await recovers(counter, from)
  })

  it('is slow, and answers long after the agent has given up, is asked again, and every report counts once', async () => {
    service = await startService({ fastTime: FAST })
    const counter = await service.ask(COUNTER)
    const from = await service.tell('/calls')
    const { server } = service
    // Half a minute to the agent: longer than it waits for the answer to a report.
    server.misbehave = (_, response) => void setTimeout(() => response.end(), 1_500) === undefined
    await service.load(4_000)
    server.misbehave = undefined
    await recovers(counter, from)
  })

  it('flaps is found again each time', async () => {
    service = await startService({ fastTime: FAST })
    const counter = await service.ask(COUNTER)
    const from = await service.tell('/calls')
    for (let n = 0; n < 8; n++) {
      const loaded = service.load(200)
      await service.server.down()
      await loaded
      await service.server.up()
      await service.load(100)
    }
    await recovers(counter, from)
  })

  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, '['))
  const state = (more: object) =>
    JSON.stringify({ protocol: 1, version: 99, serverTimeMs: Date.now(), actions: [], ...more })
  const down =
    (body: string | Uint8Array, headers: Record<string, string> = {}): Misbehave =>
    (request, response) => {
      const type = { 'content-type': 'application/json', [VERSION_HEADER]: String(Math.ceil(performance.now())) }
      response.writeHead(200, { ...(request.method === 'GET' ? type : {}), ...headers }).end(body)
      return true
    }
  it.each<[string, Misbehave]>([
    ['answers with a page', down('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' })],
    ['answers with half a state', down(state({}).slice(0, 40))],
    ['answers with nothing', down('')],
    ['answers with bytes', down(Buffer.from(Array.from({ length: 9_999 }, (_, n) => (n * 7_919) % 256)))],
    ['answers with a state of another protocol', down(state({ protocol: 2 }))],
    ['answers with a state of wrong types', down(state({ actions: { length: 1, 0: {} }, policy: 1 }))],
    ['answers with prototypes', down(`{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`)],
    ['answers with 200 000 brackets', down('['.repeat(200_000))],
    ['answers with a compressed bomb', down(bomb, { 'content-encoding': 'gzip' })],
    ['answers with 32 MB', down(Buffer.alloc(32 * 1024 * 1024, ' '))],
    ['redirects', down('', { location: 'http://127.0.0.1:9/' })],
    [
      'redirects with 307',
      (_, response) => Boolean(response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end()),
    ],
    ['answers 500 for ever', (_, response) => Boolean(response.writeHead(500).end('oops'))],
    ['asks for a pause of a day', (_, response) => Boolean(response.writeHead(503, { 'retry-after': '86400' }).end())],
    ['never answers', () => true],
    ['closes every connection', (request) => Boolean(request.socket.destroy())],
    [
      'resets in the middle of an answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100', [VERSION_HEADER]: '100' }).write('{')
        setTimeout(() => response.destroy(), 5)
        return true
      },
    ],
  ])('%s costs the service nothing, what is asked stays asked, and all is well afterwards', async (_, misbehave) => {
    service = await startService({ fastTime: FAST })
    const counter = await service.ask(COUNTER)
    const from = await service.tell('/calls')
    const heap = await service.tell('/heap')
    service.server.misbehave = misbehave
    await service.load(1_500)
    expect(await service.tell('/armed')).toBe(1)
    service.server.misbehave = undefined
    await recovers(counter, from)
    expect((await service.tell('/heap')) - heap).toBeLessThan(64 * 1024 * 1024)
    expect(service.app.output()).not.toMatch(/Warning|Error:|\n\s+at /)
  })
})

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
