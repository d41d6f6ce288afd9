import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { COUNTER, LOG, type Service, SNAPSHOT, startService } from './support/service.ts'
import { until } from './support/stand.ts'

let service: Service
afterEach(() => service.close())

const ended = (id: string) => service.statuses(id).find((status) => status.state === 'ended')
/** Everything that was counted by the service since is at the server. */
const isWhole = async (counter: string, from: number) => {
  const calls = (await service.tell('/calls')) - from
  await until(`${calls} passes to be reported`, async () => service.counted(counter) === calls || undefined)
}

/** A file system of 64 KB, which only root can make. */
function tinyDisk(): (Disposable & { path: string }) | undefined {
  const path = mkdtempSync(join(tmpdir(), 'lightrun-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    return undefined
  }
  return {
    path,
    [Symbol.dispose]() {
      execFileSync('umount', ['-l', path])
      rmSync(path, { recursive: true })
    },
  }
}

describe('a process in trouble', () => {
  it('whose disk is full is served as any other: neither cache nor log is needed', async (test) => {
    const disk = tinyDisk()
    if (disk === undefined) return test.skip('only root can make a disk that is full')
    try {
      writeFileSync(join(disk.path, 'all-there-is'), Buffer.alloc(60 * 1024))
      service = await startService({
        env: {
          LIGHTRUN_WEAVE_CACHE: join(disk.path, 'cache'),
          AGENT_LOG_TARGET_DIR: join(disk.path, 'log'),
          AGENT_LOG_LEVEL: 'debug',
        },
      })
      const counter = await service.ask(COUNTER)
      const from = await service.tell('/calls')
      service.server.misbehave = (_, response) => Boolean(response.writeHead(500).end())
      await service.load(500)
      service.server.misbehave = undefined
      await isWhole(counter, from)
      expect(service.app.output()).not.toMatch(/\n\s+at |uncaught/i)
      expect(readdirSync(disk.path)).toContain('all-there-is')
    } finally {
      disk[Symbol.dispose]()
    }
  })

  it('whose clock jumps: actions live as long as they were to, and counts are whole', async () => {
    service = await startService()
    const counter = await service.ask(COUNTER)
    const log = await service.ask(LOG)
    const from = await service.tell('/calls')
    const hour = 3_600_000
    for (const jump of [10 * hour, -10 * hour, -Date.now() - hour, 0.25, 9e15]) {
      await service.tell('/jump', jump)
      const before = service.hits(log).length
      await service.load(200)
      await until('hits', async () => service.hits(log).length > before || undefined)
    }
    expect([ended(counter), ended(log)]).toEqual([undefined, undefined])
    const startMs = performance.now()
    const short = await service.ask(COUNTER, { expiresAtMs: Date.now() + 1_500 })
    await service.tell('/jump', -hour)
    await until('the end of what was to live for 1.5 s', async () => ended(short))
    expect(ended(short)).toMatchObject({ reason: 'expired' })
    expect(performance.now() - startMs).toBeGreaterThan(1_400)
    await isWhole(counter, from)
  })

  it('whose event loop is blocked for seconds loses nothing, and is no fault of the agent', async () => {
    service = await startService({ fastTime: 10 })
    const counter = await service.ask(COUNTER)
    const from = await service.tell('/calls')
    // Half a minute to the agent: longer than it waits for an answer.
    await Promise.all([service.tell('/block', 3_000), service.load(200)])
    const log = await service.ask(LOG)
    await service.load(100)
    await until('hits', async () => service.hits(log).length > 0 || undefined)
    await isWhole(counter, from)
    expect(service.server.hello?.detached).toBeUndefined()
  })

  it('whose heap is nearly full gets the memory of what waits: it lives, and what went is counted', async () => {
    service = await startService({ args: ['--max-old-space-size=64'], fastTime: 10 })
    const { server } = service
    const counter = await service.ask(COUNTER)
    const log = await service.ask({ ...LOG, format: `${'x'.repeat(1_000)} {order.id}` } as typeof LOG)
    await service.ask(SNAPSHOT, { maxHits: 1_000_000 })
    const from = await service.tell('/calls')
    await server.down()
    await service.tell('/burst', 3_000)
    await service.load(300)
    await service.tell('/fill', 49)
    await service.load(1_000)
    await service.tell('/burst', 3_000)
    await service.load(500)
    await server.up()
    await until('the losses', async () => (service.lost(log).queue_full ?? 0) > 4_000 || undefined)
    await isWhole(counter, from)
    const { queue_full = 0 } = service.lost(log)
    await until(
      'all other hits',
      async () =>
        service.hits(log).length + (service.lost(log).queue_full ?? 0) === service.counted(counter) || undefined,
    )
    expect(queue_full).toBeGreaterThan(4_000)
    await service.tell('/free')
    const before = service.hits(log).length
    await service.load(500)
    await until('hits again', async () => service.hits(log).length > before + 10 || undefined)
  })
})
