import { describe, expect, it, vi } from 'vitest'
import type { Agent } from '../agent/agent.ts'
import { ANSWER_MARGIN_MS, attend, type CallShape, type Handler, MAX_FLUSH_BEHIND_MS, MAX_FLUSH_MS } from './attend.ts'

/** An agent that is ready, and has delivered, when the test says so. */
function createAgent() {
  const story: string[] = []
  let markReady = () => {}
  const agent = {
    flushes: [] as number[],
    delivers: true,
    story,
    markReady: () => markReady(),
    ready: () =>
      new Promise<boolean>((resolve) => {
        markReady = () => resolve(true)
      }),
    async flush(timeoutMs: number) {
      agent.flushes.push(timeoutMs)
      await Promise.resolve()
      story.push('delivered')
      return agent.delivers
    },
  }
  return agent
}

const SHAPE: CallShape = {
  callbackAt: (args) => (typeof args[2] === 'function' ? 2 : undefined),
  remainingMs: () => Number.POSITIVE_INFINITY,
}

function wrap<H extends Handler>(handler: H, { isReady = true, shape = SHAPE } = {}) {
  const agent = createAgent()
  const wrapped = attend(handler, agent as unknown as Agent, shape)
  if (!isReady) return { agent, wrapped }
  const warm = async () => {
    Promise.resolve(wrapped()).catch(() => {})
    agent.markReady()
    await settle()
    agent.story.length = 0
    agent.flushes.length = 0
  }
  return { agent, wrapped, warm }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('a handler that is attended to', () => {
  it('is the handler itself where no agent could start', () => {
    const handler = () => 1
    expect(attend(handler, undefined, SHAPE)).toBe(handler)
  })

  it('looks as it did: name, number of parameters, and what platforms write on it', () => {
    const mark = Symbol.for('aws.lambda.runtime.handler.streaming')
    const handler = Object.assign(function mine(_a: number, _b: number, _c: number) {}, { [mark]: 'response', own: 1 })
    const { wrapped } = wrap(handler)
    expect([wrapped.name, wrapped.length, wrapped[mark], wrapped.own]).toEqual(['mine', 3, 'response', 1])
  })

  it('is called with the same this and arguments, and answers with the same value or error', async () => {
    const value = { the: 'answer' }
    const calls: unknown[] = []
    const { wrapped, warm } = wrap(async function (this: unknown, ...args: unknown[]) {
      calls.push(this, ...args)
      if (args[0] === 'fail') throw value
      return value
    })
    await warm?.()
    calls.length = 0
    const self = {}
    const context = { aws: true }
    expect(await Reflect.apply(wrapped, self, ['event', context])).toBe(value)
    expect(calls[0]).toBe(self)
    expect(calls[2]).toBe(context)
    await expect(wrapped('fail', context)).rejects.toBe(value)
  })

  it('begins when what was asked is in place, at the first call only', async () => {
    const begun: string[] = []
    const { agent, wrapped } = wrap((name: string) => void begun.push(name), { isReady: false })
    const first = wrapped('first')
    const second = wrapped('second')
    await settle()
    expect(begun).toEqual([])
    agent.markReady()
    await Promise.all([first, second])
    expect(begun).toEqual(['first', 'second'])
    expect(wrapped('third')).toBe(undefined)
    expect(begun).toEqual(['first', 'second', 'third'])
  })

  it('does not wait longer than half of its time', async () => {
    vi.useFakeTimers()
    try {
      const shape = { ...SHAPE, remainingMs: () => 3_000 }
      const { wrapped } = wrap(() => 'answer', { isReady: false, shape })
      const answer = wrapped()
      await vi.advanceTimersByTimeAsync(1_499)
      expect(await Promise.race([answer, 'waiting'])).toBe('waiting')
      await vi.advanceTimersByTimeAsync(1)
      expect(await answer).toBe('answer')
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it.each(['answer', 'error'])('delivers before its %s goes out', async (kind) => {
    const { agent, wrapped, warm } = wrap(async () => {
      agent.story.push('works')
      if (kind === 'error') throw new Error('mine')
    })
    await warm?.()
    const tell = () => void agent.story.push('answered')
    await (wrapped() as Promise<void>).then(tell, tell)
    expect(agent.story).toEqual(['works', 'delivered', 'answered'])
  })

  it('delivers before its callback is called, with what it was given', async () => {
    const answers: unknown[][] = []
    const { agent, wrapped, warm } = wrap((_event: unknown, _context: unknown, callback?: Handler) => {
      callback?.(null, 'first')
      callback?.('second')
    })
    await warm?.()
    expect(wrapped(1, 2, (...answer: unknown[]) => answers.push([...agent.story, ...answer]))).toBe(undefined)
    expect(answers).toEqual([])
    await settle()
    expect(answers).toEqual([
      ['delivered', 'delivered', null, 'first'],
      ['delivered', 'delivered', 'second'],
    ])
  })

  it('that answers by callback gives no answer of its own when it had to wait, but an error', async () => {
    const { agent, wrapped } = wrap(
      (event: unknown, _: unknown, callback: Handler) => {
        if (event === 'fail') throw new Error('mine')
        callback(null, 'answer')
        return 'no answer'
      },
      { isReady: false },
    )
    const results: unknown[] = []
    const tell = (result: unknown) => void results.push(result)
    for (const event of ['go', 'fail']) (wrapped(event, {}, tell) as unknown as Promise<unknown>).then(tell, tell)
    agent.markReady()
    await settle()
    expect(results).toEqual([new Error('mine'), null])
  })

  it('throws at once what it throws at once', async () => {
    const error = new Error('mine')
    const { wrapped, warm } = wrap((fails?: boolean) => {
      if (fails) throw error
    })
    await warm?.()
    expect(() => wrapped(true)).toThrow(error)
  })

  it('delivers within what is left of its time, and hardly waits for a server that does not answer', async () => {
    let leftMs = 60_000
    const shape = { ...SHAPE, remainingMs: () => leftMs }
    const { agent, wrapped, warm } = wrap(async () => {}, { shape })
    await warm?.()
    await wrapped()
    leftMs = ANSWER_MARGIN_MS + 7
    await wrapped()
    leftMs = ANSWER_MARGIN_MS
    await wrapped()
    leftMs = 60_000
    agent.delivers = false
    await wrapped()
    await wrapped()
    agent.delivers = true
    await wrapped()
    await wrapped()
    expect(agent.flushes).toEqual([
      MAX_FLUSH_MS,
      7,
      MAX_FLUSH_MS,
      MAX_FLUSH_BEHIND_MS,
      MAX_FLUSH_BEHIND_MS,
      MAX_FLUSH_MS,
    ])
  })
})
