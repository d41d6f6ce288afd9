import { expect, it } from 'vitest'
import { hasPrivateNames, MAX_CLASS_TEXT } from './private-names.ts'

it.each([
  ['class A { #secret = 1 }', true],
  ['class A { static #count = 0 }', true],
  ['class A { get() { return this.#x } }', true],
  ['class A { #été = 1 }', true],
  ['class A { open = 1 }', false],
  ['class A { /* #no */ a = 1 // #no either\n }', false],
  ['class A { color = "#fff"; other = \'#abc\'; text = `#x` }', false],
  ['class A { quoted = "\\"#x"; b = 1 }', false],
  ['class A { a = 1 /* ends here */ #b = 2 }', true],
  ['class A { n = "#1" } // 1 # 2', false],
])('%s: %s', (text, has) => {
  expect(hasPrivateNames(text)).toBe(has)
})

it('reads a class of the largest size, and nothing of a larger one', () => {
  const classOf = (length: number) => `class A { ${' '.repeat(length - 14)}#b }`
  expect(hasPrivateNames(classOf(MAX_CLASS_TEXT))).toBe(true)
  expect(hasPrivateNames(classOf(MAX_CLASS_TEXT + 1))).toBe(false)
})
