import { describe, expect, test } from 'vitest'
import { createEventQueue } from './event-queue.ts'

const queueOf = (limit: number) => createEventQueue<string>({ limit, gap: (missed) => `gap ${missed}` })

async function drain(queue: ReturnType<typeof queueOf>): Promise<string[]> {
  const all: string[] = []
  for (;;) {
    const next = await queue.next()
    if (next.done) return all
    all.push(next.value)
  }
}

describe('event queue', () => {
  test('gives what was pushed, in order, then the end', async () => {
    const queue = queueOf(10)
    for (const value of ['a', 'b', 'c']) queue.push(value)
    queue.end()
    queue.push('too late')
    expect(await drain(queue)).toEqual(['a', 'b', 'c'])
  })

  test('a reader that waits is woken', async () => {
    const queue = queueOf(10)
    const all = drain(queue)
    await Promise.resolve()
    queue.push('a')
    await Promise.resolve()
    queue.push('b')
    queue.end()
    expect(await all).toEqual(['a', 'b'])
  })

  test('the last that fits is kept; what follows is counted where it is missing', async () => {
    const queue = queueOf(2)
    for (const value of ['a', 'b', 'c', 'd']) queue.push(value)
    expect(await queue.next()).toEqual({ done: false, value: 'a' })
    queue.push('e')
    queue.end()
    expect(await drain(queue)).toEqual(['b', 'gap 2', 'e'])
  })

  test('a gap at the end is told as well', async () => {
    const queue = queueOf(1)
    queue.push('a')
    queue.push('b')
    queue.end()
    expect(await drain(queue)).toEqual(['a', 'gap 1'])
  })

  test('fails after what was pushed before, and the first outcome counts', async () => {
    const queue = queueOf(1)
    queue.push('a')
    queue.fail(new Error('broken'))
    queue.end()
    expect(await queue.next()).toEqual({ done: false, value: 'a' })
    await expect(queue.next()).rejects.toThrow('broken')
  })
})
