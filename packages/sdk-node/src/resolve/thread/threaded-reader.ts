import { LightrunError, type Timers } from '@lightrun/core'
import type { Script } from '../../load/scripts.ts'
import type { ScriptReader } from '../script-reader.ts'
import { type Answer, type Call, toAnswer, toError } from './messages.ts'

/** A thread that serves a reader; a `Worker` is one. */
export interface ReaderThread {
  postMessage(call: Call): void
  on(event: 'message', listener: (answer: Answer) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'exit', listener: () => void): unknown
  terminate(): unknown
  unref(): void
}

export interface ThreadedReaderOptions {
  /** @throws where there can be no thread. */
  start: () => ReaderThread
  /** Reads on this thread where no other can be had. */
  fallback: ScriptReader
  timers: Timers
}

/** A thread that nobody has asked for so long is ended, and its memory is free. */
export const READER_IDLE_MS = 30_000
/** Reading and weaving the largest bundle and its map takes a few seconds on a busy machine; this long is no accident. */
export const READER_DEADLINE_MS = 30_000

/** How a call ended: with an answer, or with the thread, which may never have begun to serve. */
type Outcome = Answer | { status: 'lost'; hadStarted: boolean }

/** Hands every call to a thread that is started for the first and ended when nobody asks any more. One call runs at a time. */
export function createThreadedReader({ start, fallback, timers }: ThreadedReaderOptions): ScriptReader & Disposable {
  let thread: ReaderThread | undefined
  let hasStarted = false
  let isUnavailable = false
  let settle: (outcome: Outcome) => void = () => {}
  let last: Promise<unknown> = Promise.resolve()
  let cancelIdle = () => {}

  function stop(): void {
    cancelIdle()
    const old = thread
    thread = undefined
    void old?.terminate()
  }

  function lose(lost: ReaderThread): void {
    if (thread !== lost) return
    stop()
    settle({ status: 'lost', hadStarted: hasStarted })
  }

  function begin(): ReaderThread {
    const begun = start()
    thread = begun
    hasStarted = false
    begun.on('message', (answer) => {
      if (answer.status === 'ready') hasStarted = true
      else if (thread === begun) settle(answer)
    })
    // Out of memory; or its file is not where it should be, because the application was bundled.
    begun.on('error', () => lose(begun))
    begun.on('exit', () => lose(begun))
    // Last: listening to messages keeps the process alive again.
    begun.unref()
    return begun
  }

  function ask(call: Call): Promise<Outcome> {
    return new Promise((resolve) => {
      let cancel = () => {}
      settle = (outcome) => {
        resolve(outcome)
        cancel()
      }
      try {
        const asked = thread ?? begin()
        asked.postMessage(call)
        // In two steps: when this thread was busy all the time, the answer is here and is looked at in between.
        cancel = timers.after(READER_DEADLINE_MS, () => {
          cancel = timers.after(1, () => lose(asked))
        })
      } catch {
        resolve({ status: 'lost', hadStarted: false })
      }
    })
  }

  async function perform(call: Call, script: Script): Promise<unknown> {
    if (isUnavailable) return here(call)
    cancelIdle()
    const outcome = await ask(call)
    cancelIdle = timers.after(READER_IDLE_MS, stop)
    switch (outcome.status) {
      case 'value':
        return outcome.value
      case 'error':
        throw toError(outcome)
      default:
        if (outcome.status === 'lost' && outcome.hadStarted) throw tooLarge(script)
        isUnavailable = true
        return here(call)
    }
  }

  function here({ method, args }: Call): Promise<unknown> {
    const read = fallback[method] as (...args: unknown[]) => Promise<unknown>
    return read(...args)
  }

  /** Waits without a method of promises, which somebody may have replaced: one call that never ends would hold up all others. */
  async function call<T>(method: Call['method'], script: Script, ...rest: unknown[]): Promise<T> {
    const before = last
    let end = () => {}
    last = new Promise<void>((resolve) => {
      end = resolve
    })
    try {
      await before
      return (await perform({ method, args: [script, ...rest] }, script)) as T
    } finally {
      end()
    }
  }

  return {
    sources: (script) => call('sources', script),
    sourcesBehind: (script, wanted) => call('sourcesBehind', script, wanted),
    locate: (script, file, at) => call('locate', script, file, at),
    locateFunction: (script, file, at) => call('locateFunction', script, file, at),
    async originals(script, places) {
      try {
        return await call<Awaited<ReturnType<ScriptReader['originals']>>>('originals', script, places)
      } catch {
        return places.map(() => undefined)
      }
    },
    [Symbol.dispose]() {
      stop()
      settle(toAnswer(new LightrunError('internal_error', 'the agent has left')))
    },
  }
}

function tooLarge({ path }: Script): LightrunError {
  return new LightrunError(
    'source_map_invalid',
    `${path} and its map took more than ${READER_DEADLINE_MS / 1_000} s or more memory than there is for reading; build smaller files, or leave the map away`,
  )
}
