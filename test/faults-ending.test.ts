import type { ServerResponse } from 'node:http'
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
    // Nobody listens any more: it does not matter what becomes of it.
    if (!response.destroyed) service.server.take(body, response)
  }, 150)

/** Stored, and nobody is told. */
const kept: Deal = (body) => {
  const silent = { writeHead: () => ({ end() {} }) }
  service.server.take(body, silent as unknown as ServerResponse)
}

interface Untold {
  hits: number
  counted: number
  lost: Record<string, number>
}

/** Ends it by a signal. Resolves with what it says of what it could not deliver, and of what it may have delivered. */
async function end(): Promise<{ gone: Untold; inDoubt: Untold }> {
  const { child } = service.app
  const closed = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)))
  const startMs = performance.now()
  await service.tell('/quit').catch(() => {})
  expect(await closed).toBe('SIGTERM')
  expect(performance.now() - startMs).toBeLessThan(SOON_MS)
  return {
    gone: untold(/the process ended before \d+ reports? w(?:as|ere) delivered: (.*)/),
    inDoubt: untold(/the process ended before it knew whether \d+ reports? w(?:as|ere) delivered: (.*)/),
  }
}

function untold(line: RegExp): Untold {
  const [, words = ''] = line.exec(service.app.output()) ?? []
  const number = (pattern: RegExp) => Number(pattern.exec(words)?.[1] ?? 0)
  const lost = [...words.matchAll(/(\d+) lost before: (\w+)/g)].map(([, count, reason]) => [reason, Number(count)])
  return { hits: number(/(\d+) hits?/), counted: number(/(\d+) counted/), lost: Object.fromEntries(lost) }
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0)

const hitsOf = ({ hits, lost }: Untold) => hits + sum(lost)

/** What the server is like, from when on. */
interface Course {
  /** Passes in one turn, right before the end. */
  burst: number
  /** From before the burst on. */
  before?: () => unknown
  /** From the signal on. */
  atTheEnd?: () => unknown
  /** What may have arrived has arrived. */
  isAllKept?: true
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
  'takes all of it, and answers nothing': { burst: 500, before: () => deal(kept), isAllKept: true },
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
  'what a process hit until a signal ends it is stored or told as lost, each hit once, or as what may have arrived: the server %s',
  async (_, { burst, before, atTheEnd, isAllKept }) => {
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
    const { gone, inDoubt } = await end()
    const hits = service.hits(log).length + sum(service.lost(log)) + hitsOf(gone)
    const counted = service.counted(counter) + gone.counted
    // What is stored or lost is certain, and together with what is in doubt it is all.
    expect(hits).toBeLessThanOrEqual(all)
    expect(counted).toBeLessThanOrEqual(all)
    expect(hits + hitsOf(inDoubt)).toBeGreaterThanOrEqual(all)
    expect(counted + inDoubt.counted).toBeGreaterThanOrEqual(all)
    // What was sent twice or late may have arrived; here it is known whether it has.
    if (isAllKept) {
      expect([hits, counted]).toEqual([all, all])
      expect(inDoubt.hits).toBeGreaterThan(0)
    } else if (atTheEnd === undefined) {
      expect([hits + hitsOf(inDoubt), counted + inDoubt.counted]).toEqual([all, all])
      if (burst > 10_000) expect(gone.lost.queue_full).toBe(burst - 10_000)
    }
  },
)
