import { describe, expect, test } from 'vitest'
import { parseCount, parseDuration } from './numbers.ts'

describe('a duration', () => {
  test.each([
    ['45', 45],
    ['90s', 90],
    ['30m', 1_800],
    ['2h', 7_200],
    ['1.5h', 5_400],
    ['7d', 604_800],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each(['', '0', '0m', '-5m', '5 m', '5M', 'm', '1e3', 'Infinity', '5w'])('%j is none', (text) => {
    expect(() => parseDuration(text)).toThrow('is not a duration')
  })
})

describe('a count', () => {
  test('is a whole number from its minimum on', () => {
    expect(parseCount('--max-hits', '1')).toBe(1)
    expect(parseCount('--after', '0', 0)).toBe(0)
    for (const text of ['0', '-1', '1.0', '1e3', '', '99999999999999999999']) {
      expect(() => parseCount('--max-hits', text)).toThrow('--max-hits takes a whole number of at least 1')
    }
  })
})
