import { createHash } from 'node:crypto'
import { comparableSource } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { compareSource } from './compare-source.ts'

const hash = (text: string) => createHash('sha256').update(comparableSource(text)).digest('hex')
const RUNNING = 'one()\n}\ntwo()\none()\nthree()\n'

describe("the user's file", () => {
  it('is the one that runs, whatever its line endings', () => {
    const sourceHash = hash(`\uFEFF${RUNNING.replaceAll('\n', '\r\n')}`)
    expect(compareSource(RUNNING, { line: 3, sourceHash })).toEqual({ status: 'same' })
  })

  it.each([
    ['its line is elsewhere', 'two()', 1, 3],
    ['its line is where it was', ' two()', 3, 3],
    ['its line is there twice, and the nearer counts', 'one()', 5, 4],
    ['its line is gone', 'four()', 3, undefined],
    ['a brace tells nothing', '}', 5, undefined],
    ['it was not sent', undefined, 3, undefined],
  ])('is another: %s', (_what, lineText, line, expected) => {
    const wanted = { line, sourceHash: hash('other'), ...(lineText === undefined ? {} : { lineText }) }
    expect(compareSource(RUNNING, wanted)).toEqual({ status: 'differs', line: expected })
  })

  it('may be unknown, or what runs may be', () => {
    expect(compareSource(RUNNING, { line: 3 })).toEqual({ status: 'unknown' })
    expect(compareSource(undefined, { line: 3, sourceHash: hash(RUNNING) })).toEqual({ status: 'unknown' })
  })
})
