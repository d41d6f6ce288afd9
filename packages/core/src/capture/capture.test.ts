import { types } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMirror } from '../mirror/create-mirror.ts'
import type { CapturedObject, CapturedValue } from '../model/captured-value.ts'
import { isCapturedValue } from '../model/captured-value-schema.ts'
import { createCapturer } from './capture.ts'
import { type CaptureLimits, DEFAULT_CAPTURE_LIMITS } from './capture-limits.ts'

const boom = () => {
  throw new Error('application code ran')
}
const mirror = createMirror(types)
const redactor = { hides: (name: string) => name === 'password' }
const capturer = createCapturer({ mirror, redactor, nowMicros: () => 0 })
const capture = (value: unknown, limits: Partial<CaptureLimits> = {}) =>
  capturer.capture(value, { ...DEFAULT_CAPTURE_LIMITS, ...limits })
const captureObject = (value: unknown, limits: Partial<CaptureLimits> = {}): CapturedObject => {
  const captured = capture(value, limits)
  if (captured.type !== 'object') throw new Error(`captured a ${captured.type}`)
  return captured
}
const number = (value: number): CapturedValue => ({ type: 'number', value })
const string = (value: string): CapturedValue => ({ type: 'string', value })

describe('primitives', () => {
  const cases: [unknown, CapturedValue][] = [
    [undefined, { type: 'undefined' }],
    [null, { type: 'null' }],
    [true, { type: 'boolean', value: true }],
    [1.5, number(1.5)],
    [0, number(0)],
    [-0, { type: 'number', value: '-0' }],
    [Number.NaN, { type: 'number', value: 'NaN' }],
    [Number.POSITIVE_INFINITY, { type: 'number', value: 'Infinity' }],
    [Number.NEGATIVE_INFINITY, { type: 'number', value: '-Infinity' }],
    [12n, { type: 'bigint', value: '12' }],
    [1n << 4096n, { type: 'bigint', value: '', omitted: 'length' }],
    [-(1n << 9999n), { type: 'bigint', value: '', omitted: 'length' }],
    ['text', string('text')],
    [Symbol('why'), { type: 'symbol', value: 'Symbol(why)' }],
  ]
  for (const [value, captured] of cases) {
    it(`captures ${JSON.stringify(captured).slice(0, 60)}`, () => {
      expect(capture(value)).toEqual(captured)
    })
  }

  it('cuts a long string, says how long it was, and never cuts a character in two', () => {
    expect(capture('abcd', { maxStringLength: 4 })).toEqual(string('abcd'))
    expect(capture('abcde', { maxStringLength: 4 })).toEqual({ ...string('abcd'), length: 5, omitted: 'length' })
    expect(capture('ab😀', { maxStringLength: 3 })).toEqual({ ...string('ab'), length: 4, omitted: 'length' })
    expect(capture('ab', { maxStringLength: 0 })).toEqual({ ...string(''), length: 2, omitted: 'length' })
  })
})

describe('objects', () => {
  it('names the global object, which is `this` in many functions, and does not look into it', () => {
    expect(capture({ self: globalThis, other: 1 })).toMatchObject({
      properties: [
        ['self', { type: 'omitted', reason: 'depth', of: 'globalThis' }],
        ['other', number(1)],
      ],
    })
  })

  it('captures own properties in order, symbols and hidden ones last', () => {
    class Cart {
      total = 12.5
      items = ['a']
    }
    expect(capture(Object.assign(new Cart(), { [Symbol('tag')]: 1 }))).toEqual({
      type: 'object',
      class: 'Cart',
      properties: [
        ['total', number(12.5)],
        ['items', { type: 'object', class: 'Array', size: 1, items: [string('a')] }],
        ['Symbol(tag)', number(1)],
      ],
    })
    expect(capture(Object.create(null))).toEqual({ type: 'object', class: '', properties: [] })
    expect(captureObject(Object.defineProperty({}, 'hidden', { value: 1 })).properties).toEqual([['hidden', number(1)]])
  })

  it('says that there is private state, of the class or of one that it extends', () => {
    class Vault {
      #code = 1
      open = 2
      unlock() {
        return this.#code
      }
    }
    class Safe extends Vault {}
    class Plain {
      open = 2
    }
    class Cache extends Map {
      #hits = 0
      hit() {
        return ++this.#hits
      }
    }
    expect([new Vault(), new Safe(), new Plain(), new Cache()].map((each) => captureObject(each).private)).toEqual([
      true,
      true,
      undefined,
      true,
    ])
    expect(captureObject(new Vault()).properties).toEqual([['open', number(2)]])
    // A prototype without a text, and one that would run code to give it.
    expect(
      captureObject(Object.create(Object.defineProperty({}, 'constructor', { get: boom }))).private,
    ).toBeUndefined()
  })

  it('runs no accessor, and says that it did not', () => {
    const guarded = Object.defineProperties({}, { a: { get: boom }, b: { set: boom }, c: { value: 1 } })
    expect(captureObject(guarded).properties).toEqual([
      ['a', { type: 'omitted', reason: 'unsafe', of: 'accessor' }],
      ['b', { type: 'omitted', reason: 'unsafe', of: 'accessor' }],
      ['c', number(1)],
    ])
  })

  it('does not look into a proxy', () => {
    const proxy = new Proxy({}, new Proxy({}, { get: () => boom }))
    expect(capture({ proxy })).toEqual({
      type: 'object',
      class: 'Object',
      properties: [['proxy', { type: 'omitted', reason: 'unsafe', of: 'proxy' }]],
    })
    expect(captureObject(Object.create(proxy))).toEqual({ type: 'object', class: '', properties: [] })
  })

  it('does not even read what is hidden by its name', () => {
    const read: string[] = []
    const watching = createCapturer({
      mirror: {
        ...mirror,
        ownOfOrdinary(object, key) {
          read.push(String(key))
          return mirror.ownOfOrdinary(object, key)
        },
      },
      redactor,
    })
    const account = { user: 'u', password: 'p', [Symbol('password')]: 'p' }
    const captured = watching.capture(account, DEFAULT_CAPTURE_LIMITS)
    expect(read).toEqual(['user', 'Symbol(password)'])
    expect(captured).toMatchObject({
      properties: [
        ['user', string('u')],
        ['password', { type: 'omitted', reason: 'redacted' }],
        ['Symbol(password)', string('p')],
      ],
    })
    expect(captureObject(new Map([['password', 'p']])).entries).toEqual([
      [string('password'), { type: 'omitted', reason: 'redacted' }],
    ])
  })

  it('captures what occurs twice once', () => {
    const shared = { a: 1 }
    expect(captureObject([shared, shared, { once: 1 }]).items).toEqual([
      { type: 'object', class: 'Object', id: 1, properties: [['a', number(1)]] },
      { type: 'reference', id: 1 },
      { type: 'object', class: 'Object', properties: [['once', number(1)]] },
    ])
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    expect(capture(cycle)).toEqual({
      type: 'object',
      class: 'Object',
      id: 1,
      properties: [['self', { type: 'reference', id: 1 }]],
    })
  })

  it('captures what is more than its properties', () => {
    const cases: [unknown, Partial<CapturedObject>][] = [
      [new Date(0), { class: 'Date', text: '1970-01-01T00:00:00.000Z' }],
      [new Date(Number.NaN), { class: 'Date', text: 'Invalid Date' }],
      [/a+/gi, { class: 'RegExp', text: '/a+/gi' }],
      [function named() {}, { class: 'Function', text: 'named' }],
      [async () => {}, { class: 'AsyncFunction', text: '' }],
      [class Cart {}, { class: 'Function', text: 'class Cart' }],
      [Promise.resolve(1), { class: 'Promise' }],
      [new WeakMap(), { class: 'WeakMap' }],
      [(function* () {})(), { class: 'Generator' }],
      [new Map([[1, 2]]).entries(), { class: 'Map Iterator' }],
      [new Set([1]).values(), { class: 'Set Iterator' }],
      [[1].values(), { class: 'Array Iterator' }],
      ['a'[Symbol.iterator](), { class: 'String Iterator' }],
      ['a'.matchAll(/a/g), { class: 'RegExp String Iterator' }],
      [new WeakRef({ a: 1 }), { class: 'WeakRef' }],
      [new FinalizationRegistry(boom), { class: 'FinalizationRegistry' }],
      [Object(7), { class: 'Number', text: '7' }],
      [new ArrayBuffer(3), { class: 'ArrayBuffer', size: 3 }],
      [new Map([[1, 'a']]), { class: 'Map', size: 1, entries: [[number(1), string('a')]] }],
      [new Set([1]), { class: 'Set', size: 1, items: [number(1)] }],
      [Object.setPrototypeOf(new Set(), null), { class: 'Set', size: 0, items: [] }],
      [new Uint8Array([1, 2]), { class: 'Uint8Array', size: 2, items: [number(1), number(2)] }],
      [new BigInt64Array([1n]), { class: 'BigInt64Array', size: 1, items: [{ type: 'bigint', value: '1' }] }],
    ]
    for (const [value, expected] of cases) expect(capture(value)).toEqual({ type: 'object', ...expected })
  })

  it('does not move an iterator on', () => {
    const entries = new Map([[1, 'a']]).entries()
    capture(entries)
    expect(entries.next().value).toEqual([1, 'a'])
  })

  it('asks no weak reference, which would keep what it refers to alive, and no promise, which would count as its handler', () => {
    const { deref } = WeakRef.prototype
    const { then } = Promise.prototype
    const unhandled = Promise.reject(new Error('of the application'))
    const reference = new WeakRef({})
    WeakRef.prototype.deref = boom
    // biome-ignore lint/suspicious/noThenProperty: the method that must not be called
    Promise.prototype.then = boom
    const seen: CapturedValue[] = []
    try {
      seen.push(createCapturer({ mirror: createMirror(types), redactor }).capture(reference, DEFAULT_CAPTURE_LIMITS))
      seen.push(createCapturer({ mirror: createMirror(types), redactor }).capture(unhandled, DEFAULT_CAPTURE_LIMITS))
    } finally {
      WeakRef.prototype.deref = deref
      // biome-ignore lint/suspicious/noThenProperty: as it was
      Promise.prototype.then = then
    }
    unhandled.catch(() => {})
    expect(seen).toEqual([
      { type: 'object', class: 'WeakRef' },
      { type: 'object', class: 'Promise' },
    ])
  })

  it('captures an error without formatting its stack', () => {
    class CartError extends Error {
      readonly code = 'E1'
    }
    const captured = captureObject(new CartError('empty'))
    expect(captured).toMatchObject({ class: 'CartError', text: 'empty' })
    expect(captured.properties).toContainEqual(['code', string('E1')])
    expect(captured.properties?.some(([name]) => name === 'message')).toBe(false)
    const silent = Object.defineProperty(new Error('x'), 'message', { get: boom })
    expect(captureObject(silent).text).toBeUndefined()
    expect(captureObject(silent).properties).toContainEqual([
      'message',
      { type: 'omitted', reason: 'unsafe', of: 'accessor' },
    ])
  })

  it('tells holes from undefined, and keeps the names that an array carries', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is the case
    expect(captureObject([undefined, , 1]).items).toEqual([
      { type: 'undefined' },
      { type: 'omitted', reason: 'items', of: 'hole' },
      number(1),
    ])
    expect(captureObject(/b(?<x>c)/.exec('abc')).properties?.map(([name]) => name)).toEqual([
      'index',
      'input',
      'groups',
    ])
    expect(captureObject([1]).properties).toBeUndefined()
  })
})

describe('limits', () => {
  const deep = (levels: number) => {
    let value: unknown = 'bottom'
    for (let i = 0; i < levels; i++) value = { value }
    return value
  }

  it('pins the last accepted and the first refused depth', () => {
    expect(JSON.stringify(capture(deep(3), { maxDepth: 3 }))).toContain('bottom')
    expect(JSON.stringify(capture(deep(4), { maxDepth: 3 }))).toContain(
      '{"type":"omitted","reason":"depth","of":"Object"}',
    )
    expect(capture([], { maxDepth: 0 })).toEqual({ type: 'omitted', reason: 'depth', of: 'Array' })
    expect(capture(new Date(0), { maxDepth: 0 })).toMatchObject({ text: '1970-01-01T00:00:00.000Z' })
  })

  it('pins the last accepted and the first refused element, property and entry', () => {
    const three = { maxProperties: 3 }
    expect(captureObject([1, 2, 3], three).omitted).toBeUndefined()
    expect(captureObject([1, 2, 3, 4], three)).toMatchObject({ size: 4, omitted: 'items', items: { length: 3 } })
    expect(captureObject({ a: 1, b: 2, c: 3 }, three).omitted).toBeUndefined()
    const four = captureObject({ a: 1, b: 2, c: 3, d: 4 }, three)
    expect(four.omitted).toBe('items')
    expect(four.properties?.map(([name]) => name)).toEqual(['a', 'b', 'c'])
    expect(captureObject(new Set([1, 2, 3]), three).omitted).toBeUndefined()
    expect(captureObject(new Set([1, 2, 3, 4]), three)).toMatchObject({ size: 4, omitted: 'items' })
    const map = new Map([1, 2, 3, 4].map((n) => [n, n]))
    expect(captureObject(map, three)).toMatchObject({ size: 4, omitted: 'items', entries: { length: 3 } })
  })

  it('spends its budget of values on the shallow ones', () => {
    const captured = captureObject({ first: deep(50), second: 2, third: 3 }, { maxValues: 5, maxDepth: 50 })
    expect(captured.properties?.slice(1)).toEqual([
      ['second', number(2)],
      ['third', number(3)],
    ])
    expect(JSON.stringify(captured)).toContain('"omitted":"items"')
  })

  it('a small value is seen even by a process that was not scheduled for a while', () => {
    let now = 0
    const preempted = createCapturer({ mirror, redactor, nowMicros: () => (now += 1_000_000) })
    expect(preempted.capture({ a: 1 }, DEFAULT_CAPTURE_LIMITS)).toMatchObject({ properties: [['a', number(1)]] })
  })

  it('stops at the bytes and at the time, and says which', () => {
    const texts = Array.from({ length: 40 }, () => 'x'.repeat(100))
    const cut = captureObject(texts, { maxBytes: 1_000 })
    expect(cut.omitted).toBe('bytes')
    expect(JSON.stringify(cut).length).toBeLessThan(1_500)
    let now = 0
    const slow = createCapturer({ mirror, redactor, nowMicros: () => (now += 400) })
    const numbers = Array.from({ length: 1_000 }, (_, i) => i)
    const late = slow.capture(numbers, { ...DEFAULT_CAPTURE_LIMITS, maxProperties: 1_000, maxMicros: 1_000 })
    expect(late).toMatchObject({ size: 1_000, omitted: 'time' })
  })

  it('looks at the clock after each enumeration of many keys', () => {
    let now = 0
    const slow = createCapturer({
      mirror: {
        ...mirror,
        ownKeys(object, limit) {
          now += 600
          return mirror.ownKeys(object, limit)
        },
      },
      redactor,
      nowMicros: () => now,
    })
    const tree = slow.capture(
      { a: { b: { c: { d: 1, e: 1 }, x: 1 }, x: 1 }, x: 1 },
      { ...DEFAULT_CAPTURE_LIMITS, maxProperties: 1, maxMicros: 1_000 },
    )
    expect(tree).toMatchObject({ properties: [['a', { properties: [], omitted: 'time' }]] })
  })

  it('does not enumerate what it will not take', () => {
    const start = performance.now()
    const array = new Array(10_000_000).fill(1)
    const filling = performance.now() - start
    const set = new Set(array.slice(0, 100).map((_, i) => i))
    const again = performance.now()
    expect(captureObject(array).items).toHaveLength(50)
    expect(captureObject(new Float64Array(10_000_000)).items).toHaveLength(50)
    expect(captureObject(set).items).toHaveLength(50)
    expect(captureObject(new Array(4_000_000_000)).size).toBe(4_000_000_000)
    expect(performance.now() - again).toBeLessThan(Math.max(50, filling))
  })

  it('is not too deep for the stack', () => {
    const captured = capture(deep(100_000), { maxDepth: 1_000_000, maxValues: 1_000_000, maxBytes: 1e9 })
    expect(captured.type).toBe('object')
  })
})

describe('several variables', () => {
  it('share one budget, one set of references and the rule of names', () => {
    const cart = { items: [1] }
    const variables = capturer.captureVariables(
      [
        { name: 'cart', value: cart },
        { name: 'password', value: 'p' },
        { name: 'same', value: cart },
      ],
      DEFAULT_CAPTURE_LIMITS,
    )
    expect(variables).toMatchObject([
      { name: 'cart', value: { type: 'object', id: 1 } },
      { name: 'password', value: { type: 'omitted', reason: 'redacted' } },
      { name: 'same', value: { type: 'reference', id: 1 } },
    ])
  })

  it('a huge one does not hide the next', () => {
    const huge = Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => ({ a: 1 })))
    const variables = capturer.captureVariables(
      [
        { name: 'huge', value: huge },
        { name: 'small', value: 7 },
      ],
      { ...DEFAULT_CAPTURE_LIMITS, maxValues: 100 },
    )
    expect(variables[1]).toEqual({ name: 'small', value: number(7) })
  })
})

describe('laws', () => {
  const limits = fc.record({
    maxDepth: fc.nat(6),
    maxProperties: fc.nat(8),
    maxStringLength: fc.nat(8),
    maxValues: fc.nat(60),
    maxBytes: fc.nat(4_000),
    maxMicros: fc.constant(1_000),
  })
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
    withBoxedValues: true,
  }) // prettier-ignore

  it('whatever the value and the limits, the capture is valid data within them', () => {
    fc.assert(
      fc.property(anything, limits, (value, within) => {
        const captured = capturer.capture(value, within)
        expect(isCapturedValue(captured)).toBe(true)
        expect(JSON.parse(JSON.stringify(captured))).toEqual(captured)
        expect(countValues(captured)).toBeLessThanOrEqual(within.maxValues + within.maxProperties * 3 + 1)
      }),
    )
  })

  it('capturing changes nothing', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const before = fc.stringify(value)
        capture(value)
        expect(fc.stringify(value)).toBe(before)
      }),
    )
  })
})

function countValues(value: CapturedValue): number {
  if (value.type !== 'object') return value.type === 'omitted' ? 0 : 1
  const inside = [
    ...(value.items ?? []),
    ...(value.properties ?? []).map(([, held]) => held),
    ...(value.entries ?? []).flat(),
  ]
  return inside.reduce((sum, held) => sum + countValues(held), 1)
}
