import { expect, it } from 'vitest'
import { declaredName } from './declared-name.ts'

const at = (marked: string) => declaredName(marked.replace('¦', ''), marked.indexOf('¦'))

it.each([
  ['const ¦total = 1', 'total'],
  ['let\n  ¦total: number', 'total'],
  ['export async function ¦quoteFor(show: Show) {', 'quoteFor'],
  ['function* ¦walk() {', 'walk'],
  ['export default class ¦Cart {', 'Cart'],
  ['async function quoteFor(¦show: Show, seats: number) {', 'show'],
  ['async function quoteFor(\n  show: Show,\n  ¦seats: number,\n) {', 'seats'],
  ['const { id, ¦currency } = await params', 'currency'],
  ['const [¦first, second] = pair', 'first'],
  ['function f(...¦rest) {', 'rest'],
  ['SHOWS.find(¦show => show.id === id)', 'show'],
  ['} catch (¦error) {', 'error'],
])('%s declares %s', (marked, name) => {
  expect(at(marked)).toBe(name)
})

it.each([
  'const a = ¦xs[0]',
  'for (const x of ¦xs) {',
  'return ¦total',
  'cart.¦total = 1',
  'cart.const ¦total',
  'a.let ¦b',
  '¦{ id } = cart',
  'const ¦',
  '',
])('%s declares nothing', (marked) => {
  expect(at(marked)).toBeUndefined()
})

it('looks at a few characters of a line of megabytes', () => {
  expect(declaredName(`${' '.repeat(1_000_000)}total`, 1_000_000)).toBeUndefined()
})
