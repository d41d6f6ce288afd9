import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textOf } from './line.ts'
import { plain, plainJson } from './plain.ts'
import { shellWord } from './quote.ts'
import { table } from './table.ts'
import { displayWidth, fit } from './width.ts'

const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\x1b', '\n', '\x9b', '\u202e', '\ud800', '\u{e0041}', '日', 'é', '👩‍💻'),
    fc.string({ maxLength: 3, unit: 'binary' }),
  ),
})

describe('harmless text', () => {
  test('nothing unsafe is left, whatever comes in', () => {
    fc.assert(fc.property(anyText, (text) => !UNSAFE.test(plain(text))))
  })

  test('JSON stays the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        const json = plainJson(value)
        expect(UNSAFE.test(json)).toBe(false)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test.each(['total 12.5 €', 'Ünïcödé', 'שלום', '日本語', '👩‍💻 🏳️‍🌈'])('%s is left alone', (text) => {
    expect(plain(text)).toBe(text)
  })
})

describe('width', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['🚀', 2],
    ['', 0],
  ])('%j takes %d columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns)
  })

  test('what is fitted never takes more than its columns, and is untouched when it fits', () => {
    fc.assert(
      fc.property(anyText.map(plain), fc.nat(30), (text, columns) => {
        const fitted = fit(text, columns)
        expect(displayWidth(fitted)).toBeLessThanOrEqual(columns)
        if (displayWidth(text) <= columns) expect(fitted).toBe(text)
      }),
    )
  })
})

describe('a table', () => {
  const widthOf = (line: ReturnType<typeof table>[number]) =>
    typeof line === 'string' ? displayWidth(line) : line.reduce((sum, span) => sum + displayWidth(textOf(span)), 0)

  test('fits the columns it has, as far as eight a column allow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyText, anyText, anyText), { maxLength: 5 }),
        fc.integer({ min: 28, max: 120 }),
        (rows, columns) => {
          for (const line of table(['A', 'B', 'C'], rows, columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })

  test('aligns by what is seen', () => {
    const rows = table(
      ['A', 'B'],
      [
        ['日本', 'x'],
        ['\x1b', 'y'],
      ],
    )
    expect(rows.map((line) => (typeof line === 'string' ? line : line.map(textOf).join('')))).toEqual([
      'A     B',
      '日本  x',
      '\\x1b  y',
    ])
  })
})

describe('a shell word', () => {
  test.each([
    ['src/cart.ts:42', 'src/cart.ts:42'],
    ['tag:prod', 'tag:prod'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf)', "'$(rm -rf)'"],
    ['', "''"],
  ])('%j becomes %s', (text, word) => {
    expect(shellWord(text)).toBe(word)
  })
})
