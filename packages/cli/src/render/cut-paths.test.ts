import type { CapturedValue } from '@lightrun/core'
import { expect, it } from 'vitest'
import { cutPaths } from './cut-paths.ts'

const one: CapturedValue = { type: 'number', value: 1 }
const cut: CapturedValue = { type: 'omitted', reason: 'depth', of: 'Object' }
const long: CapturedValue = { type: 'string', value: 'x', length: 9, omitted: 'length' }
const object = (...properties: [string, CapturedValue][]): CapturedValue => ({
  type: 'object',
  class: 'Object',
  properties,
})
const named = (value: CapturedValue, name = 'a') => [{ name, value }]

it.each<[string, CapturedValue, string[]]>([
  ['nothing cut', object(['b', one]), []],
  ['a property', object(['b', object(['c', cut])]), ['a.b.c']],
  ['a string', object(['b', long]), ['a.b']],
  ['a property of another name', object(['content-type', long]), ['a["content-type"]']],
  ['an element', { type: 'object', class: 'Array', size: 2, items: [one, cut] }, ['a[1]']],
  ['an array itself', { type: 'object', class: 'Array', size: 2, items: [cut], omitted: 'items' }, ['a']],
  [
    'a value of a map',
    { type: 'object', class: 'Map', entries: [[{ type: 'string', value: 'k' }, cut]] },
    ['a.get("k")'],
  ],
  ['what no expression names', object(['Symbol(s)', cut]), []],
  ['what is no matter of budget', object(['b', { type: 'omitted', reason: 'redacted' }]), []],
  ['a hole', { type: 'object', class: 'Array', items: [{ type: 'omitted', reason: 'items', of: 'hole' }] }, []],
])('%s', (_, value, paths) => {
  expect(cutPaths(named(value))).toEqual(paths)
})

it('the shallowest come first, and not all of them', () => {
  const value = object(['deep', object(['b', cut])], ['c', cut], ['d', long], ['e', cut])
  expect(cutPaths(named(value, '$return'))).toEqual(['$return.c', '$return.d', '$return.e'])
})

it('a variable that no expression can name is left out', () => {
  expect(cutPaths(named(cut, 'x (compiled)'))).toEqual([])
})
