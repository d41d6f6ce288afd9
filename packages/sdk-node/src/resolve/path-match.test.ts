import { describe, expect, it } from 'vitest'
import { matchesPath, normalizePath, stem, tellingEnd } from './path-match.ts'

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

  it.each([
    ['the folder before', ['/app/a/src/index.js', '/app/b/src/index.js'], ['a/src/index.js', 'b/src/index.js']],
    [
      'as many as it takes',
      ['/x/p/src/i.js', '/y/p/src/i.js', '/x/q/src/i.js'],
      ['x/p/src/i.js', 'y/p/src/i.js', 'q/src/i.js'],
    ],
    ['not a part of a name', ['/app/a/i.js', '/app/ba/i.js'], ['a/i.js', 'ba/i.js']],
    ['all of it where it is the end of another', ['src/i.js', '/app/src/i.js'], ['src/i.js', 'app/src/i.js']],
    ['all of it where nothing is before', ['/i.js', '/app/i.js'], ['/i.js', 'app/i.js']],
    ['of Windows', ['C:/app/a/i.js', 'D:/app/a/i.js'], ['C:/app/a/i.js', 'D:/app/a/i.js']],
  ])('are told apart by the shortest end: %s', (_, files, ends) => {
    expect(files.map((file) => tellingEnd(file, files))).toEqual(ends)
  })
})
