import { expect, it } from 'vitest'
import { keepRunning } from './keep-running.ts'

it('begins what has ended anew, and what runs not twice', async () => {
  const ends: (() => void)[] = []
  const faults: string[] = []
  const keep = keepRunning(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push(ends.length === 0 ? () => reject(new Error('broken')) : resolve)
      }),
    ({ message }) => faults.push(message),
  )
  keep()
  keep()
  expect(ends).toHaveLength(1)
  ends[0]?.()
  await new Promise(setImmediate)
  expect(faults).toEqual(['Error: broken'])
  keep()
  keep()
  expect(ends).toHaveLength(2)
})
