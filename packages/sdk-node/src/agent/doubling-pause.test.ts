import { expect, it } from 'vitest'
import { createDoublingPause } from './doubling-pause.ts'

it('doubles up to the longest, and stays there until it begins anew', () => {
  const pause = createDoublingPause(1_000, 5_000)
  expect(Array.from({ length: 5 }, pause.next)).toEqual([1_000, 2_000, 4_000, 5_000, 5_000])
  pause.reset()
  expect(pause.next()).toBe(1_000)
})
