import { MAX_REPORTS_PER_FRAME } from '@lightrun/core'
import { afterEach, expect, it } from 'vitest'
import type { ScriptedServer } from './support/scripted-server.ts'
import { COUNTER, LOG, type Service, startService } from './support/service.ts'
import { until } from './support/stand.ts'

/** A second of the test is as long as ten to the agent; what is said at the end has its second all the same. */
const FAST = 10
/** The last words have one second; the rest is a busy machine. */
const SOON_MS = 5_000

let service: Service
afterEach(() => service.close())

/** Frames are dealt with like this from now on; `undefined`: as they always are. */
type Deal = (body: Uint8Array, response: Parameters<ScriptedServer['take']>[1]) => void
function deal(how: Deal): void {
  service.server.misbehave = (request, response, body) => {
    if (request.method !== 'POST') return false
    how(body, response)
    return true
  }
}

const ignored: Deal = () => {}
const cut: Deal = (_, response) => void response.destroy()
const late: Deal = (body, response) =>
  void setTimeout(() => {
    // Nobody listens any more: what is stored now would have been told as lost.
    if (!response.destroyed) service.server.take(body, response)
  }, 150)

/** Ends it by a signal. Resolves with what it says of what it could not deliver. */
async function end(): Promise<{ hits: number; counted: number; lost: Record<string, number> }> {
  const { child } = service.app
  const closed = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)))
  const startMs = performance.now()
  await service.tell('/quit').catch(() => {})
  expect(await closed).toBe('SIGTERM')
  expect(performance.now() - startMs).toBeLessThan(SOON_MS)
  const [, words = ''] =
    /the process ended before \d+ reports? w(?:as|ere) delivered: (.*)/.exec(service.app.output()) ?? []
  const number = (pattern: RegExp) => Number(pattern.exec(words)?.[1] ?? 0)
  const lost = [...words.matchAll(/(\d+) lost before: (\w+)/g)].map(([, count, reason]) => [reason, Number(count)])
  return { hits: number(/(\d+) hits?/), counted: number(/(\d+) counted/), lost: Object.fromEntries(lost) }
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0)

/** What the server is like, from when on. */
interface Course {
  /** Passes in one turn, right before the end. */
  burst: number
  /** From before the burst on. */
  before?: () => unknown
  /** From the signal on. */
  atTheEnd?: () => unknown
}

const courses: Record<string, Course> = {
  // What the process itself still sends is lost, so that it does not matter which answer it has read when it stands still.
  'answers again': {
    burst: 500,
    before: () => deal(ignored),
    atTheEnd() {
      service.server.misbehave = undefined
    },
  },
  'answers late': { burst: 500, before: () => deal(ignored), atTheEnd: () => deal(late) },
  'no longer answers': { burst: 500, before: () => deal(ignored) },
  'cuts every connection': { burst: 500, before: () => deal(cut) },
  'takes some of it, and then no more': {
    burst: 9_000,
    before: () => deal(ignored),
    atTheEnd() {
      let left = 2
      deal((body, response) => (left-- > 0 ? service.server.take(body, response) : ignored(body, response)))
    },
  },
  'is gone at that moment': { burst: 500, before: () => service.server.down() },
  'has been gone for long': {
    burst: 500,
    async before() {
      await service.server.down()
      await service.load(2_000)
    },
  },
  'is gone, and more was hit than is kept': { burst: 12_000, before: () => service.server.down() },
}

it.each(Object.entries(courses))(
  'what a process hit until a signal ends it is stored or told as lost, and where the server takes nothing more each hit once: it %s',
  async (_, { burst, before, atTheEnd }) => {
    service = await startService({ fastTime: FAST })
    const counter = await service.ask(COUNTER)
    const log = await service.ask(LOG)
    const from = await service.tell('/calls')
    const calls = async () => (await service.tell('/calls')) - from
    await service.load(300)
    const delivered = await calls()
    await until('all of that', async () => {
      return (service.hits(log).length === delivered && service.counted(counter) === delivered) || undefined
    })
    await before?.()
    await service.tell('/burst', burst)
    const all = await calls()
    await atTheEnd?.()
    const untold = await end()
    const hits = service.hits(log).length + sum(service.lost(log)) + untold.hits + sum(untold.lost)
    const counted = service.counted(counter) + untold.counted
    if (atTheEnd === undefined) {
      expect([hits, counted]).toEqual([all, all])
      if (burst > 10_000) expect(untold.lost.queue_full).toBe(burst - 10_000)
      return
    }
    // Of the one frame whose answer came when nobody could read it any more, the process cannot know that it is stored.
    expect(hits).toBeGreaterThanOrEqual(all)
    expect(hits).toBeLessThanOrEqual(all + MAX_REPORTS_PER_FRAME)
    expect(counted).toBeGreaterThanOrEqual(all)
  },
)
