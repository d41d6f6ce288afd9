import { describe, expect, it } from 'vitest'
import { functionsAt } from './function-table.ts'

const table = [
  { fn: 'checkout', line: 1, column: 1, endLine: 10 },
  { fn: 'callback', line: 4, column: 20, endLine: 6 },
  { fn: 'arrow', line: 8, column: 12, endLine: 8 },
  { fn: 'inner', line: 8, column: 30, endLine: 8 },
  { fn: 'copy of callback', line: 4, column: 20, endLine: 6 },
  { fn: 'alone', line: 12, column: 1, endLine: 12 },
  { fn: 'its callback', line: 12, column: 20, endLine: 12 },
]

describe('the function of a line', () => {
  it.each([
    [1, undefined, ['checkout']],
    [3, undefined, ['checkout']],
    [4, undefined, ['callback', 'copy of callback']],
    [5, undefined, ['callback', 'copy of callback']],
    [7, undefined, ['checkout']],
    [8, undefined, ['checkout']],
    [12, undefined, ['alone']],
    [12, 20, ['its callback']],
    [8, 35, ['inner']],
    [8, 13, ['arrow']],
    [8, 2, ['checkout']],
    [11, undefined, []],
  ])('%i, column %s, is %j', (line, column, expected) => {
    expect(functionsAt(table, line, column)).toEqual(expected)
  })
})
