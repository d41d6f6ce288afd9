import type { Passes } from '@lightrun/core'
import { expect, it } from 'vitest'
import { createPassReport, FLUSHES_PER_REPORT } from './pass-report.ts'

function setUp() {
  const counts = { conditionFalse: 0, conditionFailed: 0, throttled: 0, performed: 0 }
  const told: Passes[] = []
  return { counts, told, ...createPassReport(counts, (passes) => told.push(passes)) }
}
const flushes = (flush: () => void, times = FLUSHES_PER_REPORT) => {
  for (let time = 0; time < times; time++) flush()
}

it('tells at once that nothing has passed, and then no more', () => {
  const { told, flush } = setUp()
  flushes(flush, 10 * FLUSHES_PER_REPORT)
  expect(told).toEqual([{ passes: 0, conditionFalse: 0, conditionFailed: 0, throttled: 0 }])
})

it('tells totals every few flushes, when they changed', () => {
  const { counts, told, flush } = setUp()
  counts.conditionFalse = 5
  flush()
  counts.performed = 2
  counts.conditionFailed = 1
  counts.throttled = 3
  flushes(flush, FLUSHES_PER_REPORT - 1)
  expect(told.map(({ passes }) => passes)).toEqual([5])
  flush()
  expect(told.at(-1)).toEqual({ passes: 11, conditionFalse: 5, conditionFailed: 1, throttled: 3 })
})

it('tells what is left at the end', () => {
  const { counts, told, flush, finish } = setUp()
  flush()
  counts.performed = 1
  flush()
  finish()
  finish()
  expect(told.map(({ passes }) => passes)).toEqual([0, 1])
})
