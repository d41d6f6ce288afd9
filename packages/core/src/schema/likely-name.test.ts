import { expect, it } from 'vitest'
import { likelyName } from './likely-name.ts'

const NAMES = ['lightrunSecret', 'apiEndpoint', 'tags', 'maxCPUCost', 'maxConditionCost', 'redactionEnabled']

it.each([
  ['lightrunSercet', 'lightrunSecret'],
  ['lightrunsecret', 'lightrunSecret'],
  ['apiEndpiont', 'apiEndpoint'],
  ['API_ENDPOINT', 'apiEndpoint'],
  ['endpoint', 'apiEndpoint'],
  ['tgas', 'tags'],
  ['tag', 'tags'],
  ['max-cpu-cost', 'maxCPUCost'],
  ['maxCpuCosts', 'maxCPUCost'],
  ['redaction', 'redactionEnabled'],
])('%s is likely %s', (written, name) => {
  expect(likelyName(written, NAMES, String)).toBe(name)
})

it.each(['', '_', 'a', 'tax', 'cpu', 'serverUrl', 'x'.repeat(10_000)])('%.20s is like none', (written) => {
  expect(likelyName(written, NAMES, String)).toBe(undefined)
})

it('of names that look alike the first is taken', () => {
  expect(likelyName('maxA', ['maxB', 'maxC'], String)).toBe('maxB')
})
