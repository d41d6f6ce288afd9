import { createManualTimers } from '@lightrun/core/testing'
import { expect, test } from 'vitest'
import { BEGIN_AFTER_MS, createAfterStart, PAUSE_MS } from './after-start.ts'

function setUp() {
  const timers = createManualTimers()
  const done: string[] = []
  const exits: (() => void)[] = []
  const later = createAfterStart({ after: timers.after, atExit: (run) => void exits.push(run) })
  return { timers, done, later, exits, exit: () => exits.map((run) => run()) }
}

test('work begins once nothing new has come for a while, and is done a piece at a time', async () => {
  const { timers, done, later } = setUp()
  later(() => done.push('a'))
  await timers.advance(BEGIN_AFTER_MS - 1)
  later(() => done.push('b'))
  await timers.advance(BEGIN_AFTER_MS - 1)
  expect(done).toEqual([])
  await timers.advance(1)
  expect(done).toEqual(['a'])
  await timers.advance(PAUSE_MS)
  expect([done, timers.waiting]).toEqual([['a', 'b'], []])
})

test('what is left is done when the process ends', async () => {
  const { timers, done, later, exits, exit } = setUp()
  later(() => done.push('a'))
  later(() => done.push('b'))
  await timers.advance(BEGIN_AFTER_MS)
  exit()
  expect([done, exits.length, timers.waiting]).toEqual([['a', 'b'], 1, []])
})

test('a piece that fails keeps nothing else from being done', async () => {
  const { timers, done, later, exit } = setUp()
  const fail = () => {
    throw new Error('disk full')
  }
  later(fail)
  later(() => done.push('a'))
  await timers.advance(BEGIN_AFTER_MS + PAUSE_MS)
  later(fail)
  later(() => done.push('b'))
  exit()
  expect(done).toEqual(['a', 'b'])
})
