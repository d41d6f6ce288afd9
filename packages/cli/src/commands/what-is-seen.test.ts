import { MAX_LINE_TEXT } from '@lightrun/core'
import { expect, it } from 'vitest'
import { withWhatIsSeen } from './what-is-seen.ts'

const seen = (line: number, text: string | undefined) =>
  withWhatIsSeen({ file: 'src/cart.ts', line }, async (path) => (path === 'src/cart.ts' ? text : undefined))

it('what the user sees goes along: the hash of the file, and the line', async () => {
  const position = {
    file: 'src/cart.ts',
    line: 2,
    sourceHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    lineText: 'two()',
  }
  expect(await seen(2, 'one()\n  two()\n')).toEqual(position)
})

it('line endings are no difference', async () => {
  expect(await seen(2, 'one()\r\n  two()\r\n')).toEqual(await seen(2, '\uFEFFone()\n  two()\n'))
})

it('a line that is not there, or that nobody could read, stays away', async () => {
  expect(await seen(9, 'one()')).not.toHaveProperty('lineText')
  expect(await seen(1, 'x'.repeat(MAX_LINE_TEXT + 1))).not.toHaveProperty('lineText')
})

it('without the file there is nothing to compare', async () => {
  expect(await seen(1, undefined)).toEqual({ file: 'src/cart.ts', line: 1 })
})
