import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashText } from './hash.ts'

test('a hash is at most 11 characters of a name', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => /^[0-9a-z]{1,11}$/.test(hashText(text))))
})

test('where one part ends matters', () => {
  expect(hashText('ab', 'c')).not.toBe(hashText('a', 'bc'))
  expect(hashText('a', '')).not.toBe(hashText('a'))
})

test('20,000 similar texts do not collide, nor share the low bits', () => {
  const hashes = Array.from({ length: 20_000 }, (_, i) => hashText('file.js', `const a = ${i}`))
  expect(new Set(hashes).size).toBe(20_000)
  const low = new Set(hashes.map((hash) => Number.parseInt(hash, 36) % 65_536))
  expect(low.size).toBeGreaterThan(15_000)
})
