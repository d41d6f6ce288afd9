import { expect, it } from 'vitest'
import { MAX_RETRY_AFTER_MS } from '../limits.ts'
import { retryAfterMs } from './retry-after.ts'

const date = 'Wed, 21 Oct 2026 07:28:00 GMT'
const later = 'Wed, 21 Oct 2026 07:28:30 GMT'
const anHourBehind = Date.parse(date) - 3_600_000

it.each<[string | undefined, string | undefined, number | undefined]>([
  ['0', undefined, 0],
  [' 120 ', undefined, 120_000],
  ['300', undefined, MAX_RETRY_AFTER_MS],
  ['301', undefined, MAX_RETRY_AFTER_MS],
  ['9'.repeat(400), undefined, MAX_RETRY_AFTER_MS],
  [later, date, 30_000],
  [date, later, 0],
  [later, undefined, MAX_RETRY_AFTER_MS],
  [later, 'yesterday', MAX_RETRY_AFTER_MS],
  [undefined, date, undefined],
  ['', undefined, undefined],
  ['-5', undefined, undefined],
  ['1.5', undefined, undefined],
  ['soon', undefined, undefined],
  ['Infinity', undefined, undefined],
])('Retry-After %j at Date %j is a pause of %j ms', (retryAfter, at, expected) => {
  expect(retryAfterMs(retryAfter, at, anHourBehind)).toBe(expected)
})

it('without Date is measured on our own clock', () => {
  expect(retryAfterMs(later, undefined, Date.parse(date))).toBe(30_000)
})
