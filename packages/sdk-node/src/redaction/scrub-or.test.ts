import { createScrubber } from '@lightrun/core'
import { expect, it } from 'vitest'
import { scrubOr } from './scrub-or.ts'

it('a text is told without its secrets, and not at all where looking for them fails', () => {
  const digits = { name: 'digits', hint: undefined, minLength: 1, find: find(/\d+/) }
  expect(scrubOr('sku 7 is gone', createScrubber([digits]).scrub, 'a fault')).toBe('sku <redacted: digits> is gone')
  const broken = { name: 'broken', hint: undefined, minLength: 1, find: throwing }
  expect(scrubOr('sku 7 is gone', createScrubber([broken]).scrub, 'a fault')).toBe('a fault')
  expect(scrubOr('sku 7 is gone', throwing, 'a fault')).toBe('a fault')
})

const find = (pattern: RegExp) => (text: string, from: number) => {
  const match = pattern.exec(text.slice(from))
  return match === null ? undefined : { start: from + match.index, end: from + match.index + match[0].length }
}

function throwing(): never {
  throw new Error('broken')
}
