import type { CapturedValue, SnapshotHit } from '@lightrun/core'
import { describe, expect, test } from 'vitest'
import { type Line, spansOf, textOf } from '../output/line.ts'
import { displayWidth } from '../output/width.ts'
import { snapshotLines } from './snapshot-lines.ts'

const string = (value: string): CapturedValue => ({ type: 'string', value })
const list = (items: CapturedValue[]): CapturedValue => ({ type: 'object', class: 'Array', size: items.length, items })
const hit = (changes: Partial<SnapshotHit>): SnapshotHit => ({
  type: 'snapshot',
  frames: [],
  variables: [],
  watches: [],
  ...changes,
})
const shown = (lines: Line[]) => lines.map((line) => spansOf(line).map(textOf).join(''))
const items = (count: number) => list(Array.from({ length: count }, (_, index) => string(`item number ${index}`)))

describe('a value', () => {
  const variables = [{ name: 'items', value: items(3) }]

  test('is one line where nobody looks', () => {
    expect(shown(snapshotLines(hit({ variables })))).toEqual([
      "    items = [ 'item number 0', 'item number 1', 'item number 2' ]",
    ])
  })

  test('is broken over lines that fit a terminal', () => {
    const lines = shown(snapshotLines(hit({ variables }), 40))
    expect(lines).toEqual([
      '    items = [',
      "      'item number 0',",
      "      'item number 1',",
      "      'item number 2'",
      '    ]',
    ])
  })

  test('never floods a terminal: the rest of its lines is counted', () => {
    const lines = shown(snapshotLines(hit({ variables: [{ name: 'many', value: items(200) }] }), 40))
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toMatch(/^ {4}… \d+ more lines$/)
  })

  test('a long string is cut after three rows', () => {
    const [line = ''] = shown(snapshotLines(hit({ variables: [{ name: 's', value: string('日'.repeat(500)) }] }), 80))
    expect(displayWidth(line)).toBeLessThanOrEqual(3 * 80)
    expect(line.endsWith('…')).toBe(true)
  })
})

test('eight frames are shown and the others counted', () => {
  const frame = (line: number) => ({ function: 'f', file: 'a.ts', line, column: 1 })
  const lines = (count: number) =>
    shown(snapshotLines(hit({ frames: Array.from({ length: count }, (_, i) => frame(i)) })))
  expect(lines(8)).toHaveLength(8)
  expect(lines(10).slice(-2)).toEqual(['    at f (a.ts:7:1)', '    … 2 more frames'])
})

test('a frame without an exact column says none', () => {
  const frames = [{ function: 'place', file: 'src/checkout.ts', line: 33 }]
  expect(shown(snapshotLines(hit({ frames })))).toEqual(['    at place (src/checkout.ts:33)'])
})
