import { expect, it } from 'vitest'
import { createStallWatch, NOTED_STALL_MS, STALL_RECENT_MS } from './stall-watch.ts'

const EVERY_MS = 1_000

function setUp() {
  const time = { nowMs: 0, activeMs: 0 }
  const watch = createStallWatch({ everyMs: EVERY_MS, nowMs: () => time.nowMs, activeMs: () => time.activeMs })
  const pass = (ms: number, activeMs = 0) => {
    time.nowMs += ms
    time.activeMs += activeMs
  }
  return { watch, pass }
}

it('tells how long code ran, also before the timer was due', () => {
  const { watch, pass } = setUp()
  pass(100)
  pass(3_200, 3_200)
  watch.beat()
  expect(watch.recentMs()).toBe(3_200)
})

it('tells of a machine that stood still, when no code ran', () => {
  const { watch, pass } = setUp()
  pass(EVERY_MS + 5_000)
  watch.beat()
  expect(watch.recentMs()).toBe(5_000)
})

it('is silent about what nobody notices, and about what is over for a while', () => {
  const { watch, pass } = setUp()
  pass(EVERY_MS + NOTED_STALL_MS - 1, EVERY_MS)
  watch.beat()
  expect(watch.recentMs()).toBeUndefined()
  pass(EVERY_MS + NOTED_STALL_MS, 0)
  watch.beat()
  expect(watch.recentMs()).toBe(NOTED_STALL_MS)
  pass(STALL_RECENT_MS + 1)
  expect(watch.recentMs()).toBeUndefined()
})
