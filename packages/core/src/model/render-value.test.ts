import { types } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCapturer } from '../capture/capture.ts'
import { type CaptureLimits, DEFAULT_CAPTURE_LIMITS } from '../capture/capture-limits.ts'
import { createMirror } from '../mirror/create-mirror.ts'
import { createNameRedactor } from '../redact/name-redactor.ts'
import type { CapturedValue } from './captured-value.ts'
import { renderValue } from './render-value.ts'

const capturer = createCapturer({ mirror: createMirror(types), redactor: createNameRedactor() })
const line = (value: unknown, limits: Partial<CaptureLimits> = {}) =>
  renderValue(capturer.capture(value, { ...DEFAULT_CAPTURE_LIMITS, ...limits }))

class Vault {
  #code = 1
  open = true
  code() {
    return this.#code
  }
}
class Cart {
  items = [{ sku: 'a', qty: 2 }]
  total = 12.5
}
const cycle: { self?: unknown } = {}
cycle.self = cycle

describe('one line', () => {
  const cases: [string, unknown][] = [
    ["Cart { items: [ { sku: 'a', qty: 2 } ], total: 12.5 }", new Cart()],
    ['Vault { open: true, #private }', new Vault()],
    ['undefined', undefined],
    ['null', null],
    ['-0', -0],
    ['NaN', Number.NaN],
    ['12n', 12n],
    ['<bigint of more than 1000 digits>', 1n << 5000n],
    ['Symbol(why)', Symbol('why')],
    ["'it\\'s'", "it's"],
    ["'a\\nb\\u001b[31m\\u202e'", 'a\nb\u001b[31m\u202e'],
    ['[]', []],
    ['{}', {}],
    ['Cart {}', Object.create(Cart.prototype)],
    ['[Object: null prototype] { a: 1 }', Object.assign(Object.create(null), { a: 1 })],
    ["{ 'x-id': 1, [Symbol(s)]: 2 }", { 'x-id': 1, [Symbol('s')]: 2 }],
    // biome-ignore lint/suspicious/noSparseArray: the hole is the case
    ['[ 1, <hole>, 3 ]', [1, , 3]],
    ["Map(1) { 'a' => [ 1 ] }", new Map([['a', [1]]])],
    ['Set(2) { 1, 2 }', new Set([1, 2])],
    ['Uint8Array(2) [ 1, 2 ]', new Uint8Array([1, 2])],
    ['[ArrayBuffer(3)]', new ArrayBuffer(3)],
    ['[Promise]', Promise.resolve()],
    ['1970-01-01T00:00:00.000Z', new Date(0)],
    ['/a+/g', /a+/g],
    ['[Function: named]', function named() {}],
    ['[AsyncFunction (anonymous)]', (() => async () => {})()],
    ['[class Cart]', Cart],
    ['[Number: 7]', Object(7)],
    ['[TypeError: no cart]', new TypeError('no cart')],
    ["[Error: no cart] { code: 'E1' }", Object.assign(new Error('no cart'), { code: 'E1' })],
    ['{ password: <redacted> }', { password: 'p' }],
    ['{ total: <accessor> }', Object.defineProperty({}, 'total', { get: () => 1 })],
    ['{ p: <proxy> }', { p: new Proxy({}, {}) }],
    ['<ref *1> { self: [ref *1] }', cycle],
  ]
  for (const [text, value] of cases) {
    it(text, () => {
      expect(line(value)).toBe(text)
    })
  }
})

describe('what is missing shows', () => {
  it('by count where the size is known', () => {
    expect(line([1, 2, 3, 4], { maxProperties: 2 })).toBe('[ 1, 2, … 2 more ]')
    expect(line(new Set([1, 2, 3]), { maxProperties: 1 })).toBe('Set(3) { 1, … 2 more }')
    expect(line({ a: 1, b: 2 }, { maxProperties: 1 })).toBe('{ a: 1, … more }')
    expect(line('abcdef', { maxStringLength: 2 })).toBe("'ab'… 4 more characters")
  })

  it('by reason where a budget ended', () => {
    expect(line({ a: { b: new Cart() } }, { maxDepth: 2 })).toBe('{ a: { b: [Cart] } }')
    expect(line({ a: ['x', 'y'] }, { maxBytes: 70 })).toBe('{ a: <Array omitted: bytes> }')
    expect(renderValue({ type: 'omitted', reason: 'time', of: 'number' })).toBe('<number omitted: time>')
  })
})

describe('several lines', () => {
  it('breaks what does not fit, and only that', () => {
    const order = {
      id: 'o-1',
      items: [
        { sku: 'apple', qty: 2 },
        { sku: 'pear', qty: 10 },
      ],
      total: 12.5,
    } // prettier-ignore
    const captured = capturer.capture(order, DEFAULT_CAPTURE_LIMITS)
    expect(renderValue(captured, { multiline: true, width: 30 })).toBe(
      `{
  id: 'o-1',
  items: [
    { sku: 'apple', qty: 2 },
    { sku: 'pear', qty: 10 }
  ],
  total: 12.5
}`,
    )
    expect(renderValue(captured, { multiline: true, width: 200 })).not.toContain('\n')
  })
})

it('leaves a string at the top as it is when it is text', () => {
  expect(renderValue({ type: 'string', value: "it's\n" }, { rawString: true })).toBe("it's\n")
  expect(renderValue({ type: 'string', value: 'ab', length: 5, omitted: 'length' }, { rawString: true })).toBe(
    'ab… 3 more characters',
  )
})

describe('bounds', () => {
  it('stops near the length it may have', () => {
    const wide: CapturedValue = {
      type: 'object',
      class: 'Array',
      items: Array.from({ length: 100_000 }, (_, value) => ({ type: 'number', value })),
    }
    const text = renderValue(wide, { maxLength: 100 })
    expect(text.length).toBeLessThan(130)
    expect(text.endsWith('… ]')).toBe(true)
  })

  it('does not follow endless nesting', () => {
    let value: CapturedValue = { type: 'null' }
    for (let i = 0; i < 100_000; i++) value = { type: 'object', class: 'Array', items: [value] }
    expect(renderValue(value, { multiline: true })).toContain('…')
  })

  it('escapes every name that the application chose', () => {
    const red = '\u001b[31m'
    const Loud = { [red]: class {} }[red] as new () => object
    const values = [
      new Loud(),
      Loud,
      Symbol(red),
      { [red]: 1 },
      new (class extends Error {})(red),
      new Map([[red, red]]),
    ]
    for (const value of values) expect(line(value)).not.toContain(red)
  })

  it('renders whatever can be captured on one line', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withDate: true, withBoxedValues: true }), (value) => {
        expect(line(value)).not.toMatch(/\p{Cc}/u)
      }),
    )
  })
})
