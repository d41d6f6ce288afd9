import { LightrunError } from '@lightrun/core'
import { createManualTimers } from '@lightrun/core/testing'
import { expect, it } from 'vitest'
import { createSelfProtection, FAULT_WINDOW_MS, FIRST_PAUSE_MS, MAX_FAULTS, MAX_PAUSE_MS } from './self-protection.ts'

function setUp() {
  const timers = createManualTimers()
  const changes: boolean[] = []
  const protection = createSelfProtection({
    timers,
    onChange: () => changes.push(protection.detached !== undefined),
  })
  const faults = (count: number) => {
    for (let n = 0; n < count; n++) protection.fault(new LightrunError('internal_error', `fault ${n}`))
  }
  return { timers, protection, changes, faults }
}

it('bears a few faults, and detaches at the next one', async () => {
  const { timers, protection, changes, faults } = setUp()
  faults(MAX_FAULTS - 1)
  expect(protection.detached).toBeUndefined()
  faults(1)
  expect(protection.detached).toMatch(
    /^detached itself after 5 internal faults within 60 s, the last: fault 0; it tries/,
  )
  expect(changes).toEqual([])
  await timers.advance(0)
  expect(changes).toEqual([true])
})

it('does not add up faults that are far apart', async () => {
  const { timers, protection, faults } = setUp()
  for (let n = 0; n < 10 * MAX_FAULTS; n++) {
    faults(1)
    await timers.advance(FAULT_WINDOW_MS / (MAX_FAULTS - 1))
  }
  expect(protection.detached).toBeUndefined()
})

it('tries again after a pause that doubles up to its bound, and begins anew after a time without faults', async () => {
  const { timers, protection, changes, faults } = setUp()
  const pauseMs = async () => {
    faults(MAX_FAULTS)
    const startMs = timers.nowMs()
    while (protection.detached !== undefined) await timers.advance(1_000)
    return timers.nowMs() - startMs
  }
  const pauses: number[] = []
  for (let n = 0; n < 8; n++) pauses.push(await pauseMs())
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((minutes) => minutes * 60_000))
  expect(changes.slice(0, 4)).toEqual([true, false, true, false])
  await timers.advance(MAX_PAUSE_MS + 1)
  expect(await pauseMs()).toBe(FIRST_PAUSE_MS)
})

it('is back at once when somebody wants it back, and no timer of before speaks up', async () => {
  const { timers, protection, changes, faults } = setUp()
  faults(MAX_FAULTS)
  await timers.advance(FIRST_PAUSE_MS / 2)
  protection.forget()
  expect(protection.detached).toBeUndefined()
  faults(MAX_FAULTS)
  await timers.advance(FIRST_PAUSE_MS / 2)
  expect(protection.detached).toBeDefined()
  await timers.advance(FIRST_PAUSE_MS / 2)
  expect(changes).toEqual([true, true, true, false])
})
