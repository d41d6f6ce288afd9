import { expect, test } from 'vitest'
import type { Site } from './index.ts'
import { readVariable, readVariables, UNAVAILABLE } from './index.ts'

const site: Site = {
  index: 0,
  number: 0,
  position: { line: 0, column: 0 },
  end: { line: 0, column: 1 },
  function: 0,
  cell: '$lr_x_0',
  variables: [
    { name: 'this', scope: 'this', access: 'value' },
    { name: 'later', scope: 'closure', access: 'list', argument: 1, slot: 0, lazy: true },
    { name: 'certain', scope: 'closure', access: 'list', argument: 1, slot: 1, lazy: false },
    { name: 'cart', scope: 'module', access: 'module', slot: 0 },
    { name: 'pending', scope: 'module', access: 'module', slot: 1 },
  ],
}
const uninitialised = () => {
  throw new ReferenceError("Cannot access 'x' before initialization")
}
const accessor = (slot: number) => (slot === 0 ? ['apple'] : uninitialised())

const listOf =
  (...values: unknown[]) =>
  () =>
    values

test('values, closures and module variables read alike', () => {
  expect(readVariables(site, [1, listOf(() => undefined, 7), accessor])).toEqual([
    { name: 'this', scope: 'this', value: 1 },
    { name: 'later', scope: 'closure', value: undefined },
    { name: 'certain', scope: 'closure', value: 7 },
    { name: 'cart', scope: 'module', value: ['apple'] },
    { name: 'pending', scope: 'module', value: UNAVAILABLE },
  ])
})

test('a variable in its dead zone is unavailable, which is not undefined', () => {
  expect(readVariable(site, 1, [1, listOf(uninitialised, 7), accessor])).toBe(UNAVAILABLE)
  expect(readVariable(site, 2, [1, listOf(uninitialised, 7), accessor])).toBe(7)
  expect(readVariable(site, 0, [undefined])).toBeUndefined()
})

test('what the site does not have, or the probe did not pass, is unavailable', () => {
  expect(readVariable(site, 9, [1])).toBe(UNAVAILABLE)
  expect(readVariable(site, 3, [])).toBe(UNAVAILABLE)
})

test('what is missing because the function runs elsewhere is unavailable', () => {
  expect(readVariable(site, 2, [1, uninitialised, uninitialised])).toBe(UNAVAILABLE)
  expect(readVariable(site, 3, [1, uninitialised, uninitialised])).toBe(UNAVAILABLE)
})
