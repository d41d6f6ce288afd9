import { EventEmitter, once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { LightrunError } from '@lightrun/core'
import { createManualTimers } from '@lightrun/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { Script } from '../../load/scripts.ts'
import type { ScriptReader } from '../script-reader.ts'
import { serveReader } from './serve-reader.ts'
import { createThreadedReader, READER_DEADLINE_MS, READER_IDLE_MS, type ReaderThread } from './threaded-reader.ts'

const SCRIPT: Script = { status: 'woven', path: '/app/a.js', format: 'commonjs', fingerprint: 'f' }

function reader(overrides: Partial<ScriptReader>): ScriptReader {
  const unexpected = () => Promise.reject(new Error('not asked for'))
  const nothing = { sources: unexpected, sourcesBehind: unexpected, locate: unexpected, locateFunction: unexpected }
  return { ...nothing, originals: unexpected, ...overrides }
}

/** A thread as this side sees it; what it says goes through a real port. */
class Thread extends EventEmitter implements ReaderThread {
  terminated = false
  listenersWhenUnref: unknown
  readonly #channel = new MessageChannel()

  constructor(served?: ScriptReader) {
    super()
    const { port1, port2 } = this.#channel
    port1.on('message', (answer) => this.emit('message', answer))
    if (served !== undefined) serveReader(port2, served)
  }
  postMessage(call: unknown): void {
    this.#channel.port1.postMessage(call)
  }
  unref(): void {
    this.listenersWhenUnref = this.listenerCount('message')
  }
  terminate(): void {
    this.terminated = true
    this.#channel.port1.close()
  }
}

function setUp(threads: (Thread | Error)[], here: Partial<ScriptReader> = {}) {
  const timers = createManualTimers()
  const started: Thread[] = []
  const threaded = createThreadedReader({
    start() {
      const next = threads[started.length]
      if (!(next instanceof Thread)) throw next
      started.push(next)
      return next
    },
    fallback: reader(here),
    timers,
  })
  opened.push(threaded, ...threads.filter((each) => each instanceof Thread).map((each) => closing(each)))
  return { threaded, timers, started }
}
const opened: Disposable[] = []
const closing = (thread: Thread): Disposable => ({ [Symbol.dispose]: () => thread.terminate() })
afterEach(() => {
  for (const each of opened.splice(0)) each[Symbol.dispose]()
})

describe('a reader on a thread', () => {
  it('answers as the reader does, one call after the other', async () => {
    let running = 0
    const sources = async ({ path }: Script) => {
      expect(++running).toBe(1)
      await Promise.resolve()
      running--
      return [path]
    }
    const { threaded, started } = setUp([new Thread(reader({ sources }))])
    expect(await Promise.all([threaded.sources(SCRIPT), threaded.sources({ ...SCRIPT, path: '/b.js' })])).toEqual([
      ['/app/a.js'],
      ['/b.js'],
    ])
    expect(started).toHaveLength(1)
    // A listener that is added after it refs the worker again.
    expect(started[0]?.listenersWhenUnref).toBe(started[0]?.listenerCount('message'))
  })

  it('refuses as the reader does, with code and details', async () => {
    const refusal = new LightrunError('file_changed', 'it changed', { details: { a: 1 } })
    const { threaded } = setUp([new Thread(reader({ sources: () => Promise.reject(refusal) }))])
    const error = await threaded.sources(SCRIPT).catch((cause: unknown) => cause)
    expect(LightrunError.is(error) && [error.code, error.message, error.details]).toEqual([
      'file_changed',
      'it changed',
      { a: 1 },
    ])
  })

  it('is ended when nobody asks, and started again', async () => {
    const served = reader({ sources: async () => [] })
    const { threaded, timers, started } = setUp([new Thread(served), new Thread(served)])
    await threaded.sources(SCRIPT)
    await timers.advance(READER_IDLE_MS - 1)
    expect(started[0]?.terminated).toBe(false)
    await timers.advance(1)
    expect(started[0]?.terminated).toBe(true)
    await threaded.sources(SCRIPT)
    expect(started).toHaveLength(2)
  })

  it.each([
    ['may not be started', () => new Error('ERR_ACCESS_DENIED')],
    ['is not found', () => new Thread()],
  ])('is done without where one %s', async (_why, make) => {
    const thread = make()
    const { threaded, started } = setUp([thread], { sources: async () => ['here'] })
    const first = threaded.sources(SCRIPT)
    await new Promise(setImmediate)
    if (thread instanceof Thread) thread.emit('error', new Error('ERR_MODULE_NOT_FOUND'))
    expect(await first).toEqual(['here'])
    expect(await threaded.sources(SCRIPT)).toEqual(['here'])
    expect(started.length).toBeLessThan(2)
  })

  it('that runs out of memory costs the question, and not the next one', async () => {
    const endless = new Thread(reader({ sources: () => new Promise(() => {}) }))
    const { threaded } = setUp([endless, new Thread(reader({ sources: async () => ['again'] }))])
    const first = threaded.sources(SCRIPT).catch((error: LightrunError) => error.code)
    await once(endless, 'message')
    endless.emit('error', new Error('ERR_WORKER_OUT_OF_MEMORY'))
    expect(await first).toBe('source_map_invalid')
    expect(await threaded.sources(SCRIPT)).toEqual(['again'])
  })

  it('that takes too long is ended', async () => {
    const endless = new Thread(reader({ originals: () => new Promise(() => {}), sources: () => new Promise(() => {}) }))
    const { threaded, timers } = setUp([endless])
    const answer = threaded.sources(SCRIPT).catch((error: LightrunError) => error.message)
    await once(endless, 'message')
    await timers.advance(READER_DEADLINE_MS + 1)
    expect(await answer).toContain('/app/a.js and its map took more than 30 s')
    expect(endless.terminated).toBe(true)
  })

  it('tells frames as they are when it is lost', async () => {
    const endless = new Thread(reader({ originals: () => new Promise(() => {}) }))
    const { threaded } = setUp([endless])
    const answer = threaded.originals(SCRIPT, [{ line: 0, column: 0, exact: true, function: '' }])
    await once(endless, 'message')
    endless.emit('exit')
    expect(await answer).toEqual([undefined])
  })
})
