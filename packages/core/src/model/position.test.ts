import { describe, expect, it } from 'vitest'
import { parse } from '../schema/parse.ts'
import { AskedPosition, comparableSource, MAX_LINE_TEXT } from './position.ts'

describe('an asked position', () => {
  const position = { file: 'src/cart.ts', line: 4 }
  const isTaken = (more: object) => parse(AskedPosition, { ...position, ...more }).status === 'ok'

  it('may carry what somebody sees, and no more than that', () => {
    expect(isTaken({ nearest: true, sourceHash: 'a'.repeat(64), lineText: 'x'.repeat(MAX_LINE_TEXT) })).toBe(true)
    expect(isTaken({ lineText: 'x'.repeat(MAX_LINE_TEXT + 1) })).toBe(false)
    expect(isTaken({ sourceHash: 'A'.repeat(64) })).toBe(false)
  })
})

describe('two checkouts of a file', () => {
  it('are the same text whatever their line endings and byte order mark', () => {
    expect(comparableSource('\uFEFFa\r\nb\rc\n')).toBe('a\nb\nc\n')
    expect(comparableSource('a\u2028b \t\n\n')).toBe('a\u2028b \t\n\n')
  })
})
