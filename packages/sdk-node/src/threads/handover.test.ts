import { createManualTimers } from '@lightrun/core/testing'
import { expect, it } from 'vitest'
import { createHandover, HANDOVER_EVERY_MS } from './handover.ts'

it('hands over once the statement is over, and then no sooner than after a pause, whatever has begun to add up', async () => {
  const timers = createManualTimers()
  const handOver = createHandover(timers)
  const done: string[] = []
  const begin = (name: string) => handOver(() => done.push(name))
  begin('a')
  begin('b')
  expect(done).toEqual([])
  await Promise.resolve()
  expect(done).toEqual(['a', 'b'])

  begin('a')
  begin('c')
  await timers.advance(HANDOVER_EVERY_MS - 1)
  expect(done).toEqual(['a', 'b'])
  await timers.advance(1)
  expect(done).toEqual(['a', 'b', 'a', 'c'])
  expect(timers.waiting).toEqual([])

  await timers.advance(HANDOVER_EVERY_MS)
  begin('d')
  await Promise.resolve()
  expect(done.at(-1)).toBe('d')
})
