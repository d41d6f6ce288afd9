import { describe, expect, test } from 'vitest'
import { parseLocation } from './location.ts'

describe('FILE:LINE', () => {
  test.each([
    ['src/a.ts:12', { file: 'src/a.ts', line: 12 }],
    ['src/a.ts:12:5', { file: 'src/a.ts', line: 12, column: 5 }],
    ['./src/a.ts:12', { file: 'src/a.ts', line: 12 }],
    ['.\\src\\a.ts:12', { file: 'src\\a.ts', line: 12 }],
    ['../a.ts:12', { file: '../a.ts', line: 12 }],
    ['C:\\x\\a.ts:12', { file: 'C:\\x\\a.ts', line: 12 }],
    ['C:\\x\\a.ts:12:5', { file: 'C:\\x\\a.ts', line: 12, column: 5 }],
    ['C:/x/a.ts:12', { file: 'C:/x/a.ts', line: 12 }],
    ['webpack://shop/./src/a.ts:3', { file: 'webpack://shop/./src/a.ts', line: 3 }],
    ['a:1:2:3', { file: 'a:1', line: 2, column: 3 }],
    ['with space.ts:1', { file: 'with space.ts', line: 1 }],
  ])('%s', (text, position) => {
    expect(parseLocation(text)).toEqual(position)
  })

  test.each(['', ':', 'a.ts', 'a.ts:', 'a.ts:x', 'a.ts:-1', ':12', 'C:\\x\\a.ts', 'a.ts:1.5'])(
    '%j names no line',
    (text) => {
      expect(() => parseLocation(text)).toThrow('write FILE:LINE')
    },
  )
})
