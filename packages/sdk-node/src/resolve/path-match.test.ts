import { describe, expect, it } from 'vitest'
import { matchesPath, normalizePath, stem } from './path-match.ts'

describe('paths', () => {
  it.each([
    ['src/cart.ts', true],
    ['cart.ts', true],
    ['/app/src/cart.ts', true],
    ['./src/cart.ts', true],
    ['src\\cart.ts', true],
    ['art.ts', false],
    ['rc/cart.ts', false],
    ['src/cart.js', false],
    ['/src/cart.ts', true],
  ])('match on a boundary: %s %s', (wanted, matches) => {
    expect(matchesPath('/app/src/cart.ts', normalizePath(wanted))).toBe(matches)
  })

  it('are compared as Windows wrote them, too', () => {
    expect(matchesPath(normalizePath('C:\\app\\src\\cart.ts'), 'src/cart.ts')).toBe(true)
  })

  it.each([
    ['/a/cart.test.ts', 'cart'],
    ['cart', 'cart'],
    ['/a/.eslintrc.js', '.eslintrc'],
  ])('have a stem: %s → %s', (path, expected) => {
    expect(stem(path)).toBe(expected)
  })
})
