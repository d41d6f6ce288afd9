import { expect, it } from 'vitest'
import { createManualClock } from '../../test/manual-clock.ts'
import { createBadKeys, MAX_BAD_KEYS_PER_MINUTE, MAX_REMEMBERED_ADDRESSES } from './bad-keys.ts'

it('an address may be wrong so often a minute, then waits until the minute is over', () => {
  const clock = createManualClock()
  const bad = createBadKeys(clock)
  for (let i = 0; i < MAX_BAD_KEYS_PER_MINUTE; i++) expect(bad.count('a')).toBeUndefined()
  clock.advance(30_000)
  expect(bad.count('a')).toBe(30)
  expect(bad.count('b')).toBeUndefined()
  clock.advance(30_000)
  expect(bad.count('a')).toBeUndefined()
})

it('remembers a bounded number of addresses', () => {
  const bad = createBadKeys(createManualClock())
  for (let i = 0; i < MAX_BAD_KEYS_PER_MINUTE; i++) bad.count('first')
  for (let i = 0; i < MAX_REMEMBERED_ADDRESSES; i++) bad.count(`other ${i}`)
  expect(bad.count('first')).toBeUndefined()
})
