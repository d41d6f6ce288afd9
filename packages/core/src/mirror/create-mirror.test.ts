import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { types } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createMirror, MAX_PROTOTYPES } from './create-mirror.ts'
import { MAX_ENUMERATED_LENGTH, MAX_REMEMBERED_KEYS } from './own-keys.ts'

const mirror = createMirror(types)
const boom = () => {
  throw new Error('application code ran')
}
const trapped = (target: object = {}) =>
  new Proxy(
    target,
    new Proxy({}, { get: () => boom }), // every trap
  )
/** The literal's flag is newer than the language level of the sources. */
const regexp = (source: string, flags: string) => new RegExp(source, flags)
const getterOf = (key: string) => Object.defineProperty({}, key, { get: boom })
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const value = (found: unknown) => ({ status: 'value', value: found })
const accessor = { status: 'unsafe', of: 'accessor' }
const proxy = { status: 'unsafe', of: 'proxy' }
const absent = { status: 'absent' }

describe('kind', () => {
  for (const [what, object, kind] of [
    ['an object', {}, 'object'],
    ['a null prototype', Object.create(null), 'object'],
    ['an array', [], 'array'],
    ['an array of another realm', runInNewContext('[]'), 'array'],
    ['a function', () => 1, 'function'],
    ['a built-in constructor', Map, 'function'],
    ['a frozen function', Object.freeze(function classify() {}), 'function'],
    ['a class', class A {}, 'class'],
    ['a map that claims to be an array', Object.setPrototypeOf(new Map(), Array.prototype), 'map'],
    ['an object that claims to be a map', Object.create(Map.prototype), 'object'],
    ['a date that claims to be plain', Object.setPrototypeOf(new Date(), Object.prototype), 'object'],
    ['an error that claims to be plain', Object.setPrototypeOf(new Error(), Object.prototype), 'error'],
    ['a typed array that claims to be plain', Object.setPrototypeOf(new Uint8Array(), Object.prototype), 'typed-array'],
    ['a boxed text that claims to be plain', Object.setPrototypeOf(Object('a'), Object.prototype), 'boxed'],
    ['a set', new Set(), 'set'],
    ['a weak map', new WeakMap(), 'weak'],
    ['a weak set', new WeakSet(), 'weak'],
    ['a weak reference', new WeakRef({}), 'weak'],
    ['a finalization registry', new FinalizationRegistry(boom), 'weak'],
    ['an iterator of a map', new Map().entries(), 'iterator'],
    ['an iterator of a set', new Set().values(), 'iterator'],
    ['an iterator of a list', [].values(), 'iterator'],
    ['an iterator of a text', ''[Symbol.iterator](), 'iterator'],
    ['an iterator of matches', 'a'.matchAll(/a/g), 'iterator'],
    ['an iterator of the application', { next: boom }, 'object'],
    ['a date', new Date(), 'date'],
    ['a regular expression', /a/, 'regexp'],
    ['an error', new TypeError(), 'error'],
    ['a promise', Promise.resolve(), 'promise'],
    ['a thenable', Object.fromEntries([['then', boom]]), 'object'],
    ['a typed array', new Uint8Array(), 'typed-array'],
    ['a Buffer', Buffer.from('a'), 'typed-array'],
    ['an array buffer', new ArrayBuffer(1), 'array-buffer'],
    ['a shared array buffer', new SharedArrayBuffer(1), 'array-buffer'],
    ['a data view', new DataView(new ArrayBuffer(1)), 'data-view'],
    ['a boxed number', Object(1), 'boxed'],
    ['a boxed symbol', Object(Symbol()), 'boxed'],
    ['a generator', (function* () {})(), 'generator'],
    ['a proxy of an array', trapped([]), 'proxy'],
    ['a proxy of a function', trapped(boom), 'proxy'],
    ['a revoked proxy', revoked(), 'proxy'],
  ] as [string, object, string][]) {
    it(`tells ${what} by its slots`, () => {
      expect(mirror.kind(object)).toBe(kind)
    })
  }
})

describe('className', () => {
  it('is the nearest constructor with a name', () => {
    class Cart {}
    expect(mirror.className(new Cart())).toBe('Cart')
    expect(mirror.className([])).toBe('Array')
    expect(mirror.className(async () => {})).toBe('AsyncFunction')
    expect(mirror.className(new (class extends Cart {})())).toBe('Cart')
  })

  it('ignores what the object itself calls its constructor', () => {
    expect(mirror.className({ constructor: { name: 'Liar' } })).toBe('Object')
  })

  class StaticGetter {
    total = 1
    static get name(): string {
      return boom()
    }
  }
  class StaticMethod {
    total = 1
    static name() {}
  }
  for (const [what, object] of [
    ['a null prototype', Object.create(null)],
    ['a proxy', trapped()],
    ['a proxy among the prototypes', Object.create(trapped())],
    ['a constructor behind an accessor', Object.create(getterOf('constructor'))],
    ['a proxied constructor', Object.create({ constructor: trapped(boom) })],
    ['a static getter called name', new StaticGetter()],
    ['a static method called name', new StaticMethod()],
  ] as [string, object][]) {
    it(`is empty for ${what}`, () => {
      expect(mirror.className(object)).toBe('')
    })
  }
})

describe('element', () => {
  const absent = { status: 'absent' }
  const accessor = { status: 'unsafe', of: 'accessor' }

  it('is what `own` says of it', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is the case
    const list: unknown[] = [7, undefined, , 'a', null]
    Object.defineProperty(list, 5, { get: boom })
    Object.defineProperty(list, 6, { set: boom })
    expect(Array.from({ length: 8 }, (_, index) => mirror.element(list, index))).toEqual([
      ...[7, undefined].map((value) => ({ status: 'value', value })),
      absent,
      ...['a', null].map((value) => ({ status: 'value', value })),
      accessor,
      accessor,
      absent,
    ])
    expect(mirror.element(new Uint8Array([3]), 0)).toEqual({ status: 'value', value: 3 })
    expect(mirror.element(new Uint8Array([3]), 1)).toEqual(absent)
  })

  it('does not ask the prototype for what is missing', () => {
    const list = Object.setPrototypeOf([1], new Proxy({}, new Proxy({}, { get: boom })))
    expect(mirror.element(list, 1)).toEqual(absent)
  })

  it('is seen where a hardened program has removed the means to see it fast', () => {
    const lookup = Object.getOwnPropertyDescriptor(Object.prototype, '__lookupGetter__') as PropertyDescriptor
    Reflect.deleteProperty(Object.prototype, '__lookupGetter__')
    try {
      const hardened = createMirror(types)
      expect(hardened.element([7], 0)).toEqual({ status: 'value', value: 7 })
      expect(hardened.element(Object.defineProperty([7], 0, { get: boom }), 0)).toEqual(accessor)
    } finally {
      Object.defineProperty(Object.prototype, '__lookupGetter__', lookup)
    }
  })
})

describe('own', () => {
  it('sees data, and only own data', () => {
    const symbol = Symbol('s')
    expect(mirror.own({ a: 1 }, 'a')).toEqual(value(1))
    expect(mirror.own({ [symbol]: 1 }, symbol)).toEqual(value(1))
    expect(mirror.own({ a: undefined }, 'a')).toEqual(value(undefined))
    expect(mirror.own([7], 0)).toEqual(value(7))
    expect(mirror.own({}, 'toString')).toEqual(absent)
    expect(mirror.own([], 'length')).toEqual(value(0))
  })

  it('refuses accessors and proxies', () => {
    expect(mirror.own(getterOf('a'), 'a')).toEqual(accessor)
    expect(mirror.own({ set a(_: number) {} }, 'a')).toEqual(accessor)
    expect(mirror.own(trapped(), 'a')).toEqual(proxy)
    expect(mirror.own(revoked(), 'a')).toEqual(proxy)
  })

  it('is not fooled by what hangs on Object.prototype', () => {
    const planted = ['value', 'get', 'set', 'writable']
    const guarded = getterOf('a')
    const map = new Map([[1, 1]])
    const trap: PropertyDescriptor = Object.assign(Object.create(null), { configurable: true, get: boom })
    const views: string[] = []
    for (const key of planted) Object.defineProperty(Object.prototype, key, trap)
    try {
      views[0] = mirror.own(guarded, 'a').status
      views[1] = mirror.own({ a: 1 }, 'a').status
      views[2] = mirror.get(map, 'size').status
    } finally {
      for (const key of planted) delete (Object.prototype as Record<string, unknown>)[key]
    }
    expect(views).toEqual(['unsafe', 'value', 'value'])
  })

  it('never formats a stack: that runs Error.prepareStackTrace and fixes the text the application will see', () => {
    const before = Error.prepareStackTrace
    Error.prepareStackTrace = boom
    try {
      const error = new Error('first')
      expect(mirror.own(error, 'stack')).toEqual(accessor)
      const traced = {}
      Error.captureStackTrace(traced)
      expect(mirror.own(traced, 'stack')).toEqual(accessor)
    } finally {
      Error.prepareStackTrace = before
    }
    const error = new Error('first')
    mirror.own(error, 'stack')
    error.message = 'second'
    expect(error.stack).toMatch(/^Error: second/)
  })

  it('reads an ordinary field that is called stack', () => {
    expect(mirror.own({ stack: [1] }, 'stack')).toEqual(value([1]))
    expect(mirror.own({}, 'stack')).toEqual(absent)
  })

  it('does not materialise arguments of a running function', () => {
    const sloppy = new Function('look', 'return look()')
    // From Node 26 on it is no property of the function's own.
    expect(['unsafe', 'absent']).toContain(sloppy(() => mirror.own(sloppy, 'arguments').status))
  })
})

describe('get', () => {
  it('follows the prototype chain to data', () => {
    class Base {
      greet() {}
    }
    const found = mirror.get(new (class extends Base {})(), 'greet')
    expect(found).toEqual(value(Base.prototype.greet))
    expect(mirror.get({}, 'nothing')).toEqual(absent)
    expect(mirror.get(Object.create(null), 'toString')).toEqual(absent)
  })

  it('finds the own data and the methods of primitives', () => {
    expect(mirror.get('abc', 'length')).toEqual(value(3))
    expect(mirror.get('abc', 1)).toEqual(value('b'))
    expect(mirror.get('abc', '1')).toEqual(value('b'))
    expect(mirror.get('abc', 7)).toEqual(absent)
    expect(mirror.get('abc', 'includes')).toEqual(value(String.prototype.includes))
    expect(mirror.get(1, 'toFixed')).toEqual(value(Number.prototype.toFixed))
    expect(mirror.get(true, 'valueOf')).toEqual(value(Boolean.prototype.valueOf))
    expect(mirror.get(1n, 'toString')).toEqual(value(BigInt.prototype.toString))
    expect(mirror.get(Symbol('why'), 'description')).toEqual(value('why'))
    expect(mirror.get(null, 'a')).toEqual(absent)
    expect(mirror.get(undefined, 'a')).toEqual(absent)
  })

  it('refuses accessors and proxies anywhere on the way', () => {
    class Cart {
      get total() {
        return boom()
      }
    }
    expect(mirror.get(new Cart(), 'total')).toEqual(accessor)
    expect(mirror.get(Object.create(trapped()), 'a')).toEqual(proxy)
    expect(mirror.get(Object.create(Object.create(revoked())), 'a')).toEqual(proxy)
    expect(mirror.get(Object.create({ own: trapped() }), 'own').status).toBe('value')
  })

  it('answers accessors of the language itself from the slots', () => {
    expect(mirror.get(new Map([[1, 2]]), 'size')).toEqual(value(1))
    expect(mirror.get(new Uint8Array(5), 'length')).toEqual(value(5))
    expect(mirror.get(/a/gi, 'source')).toEqual(value('a'))
    expect(mirror.get(Object.create(Map.prototype), 'size')).toEqual(accessor)
    expect(mirror.get(/a/g, 'flags')).toEqual(accessor)
    class Loud extends Map {
      override get size(): number {
        return boom()
      }
    }
    expect(mirror.get(new Loud(), 'size')).toEqual(accessor)
  })

  it('gives up on an absurd prototype chain', () => {
    let link: object = Object.create(null)
    for (let i = 0; i < MAX_PROTOTYPES + 10; i++) link = Object.create(link)
    expect(mirror.get(link, 'a')).toEqual(accessor)
    expect(mirror.className(link)).toBe('')
  })

  it('survives a module binding in its dead zone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mirror-'))
    await writeFile(join(folder, 'a.mjs'), `import './b.mjs'; export const late = 1`)
    await writeFile(
      join(folder, 'b.mjs'),
      `import * as a from './a.mjs'; globalThis.seenEarly = globalThis.look(a, 'late')`,
    )
    // Not an import() in this file: the test runner would turn the namespace into an ordinary object.
    await writeFile(join(folder, 'load.cjs'), `module.exports = () => import('./a.mjs')`)
    const load: () => Promise<{ late: number }> = createRequire(import.meta.url)(join(folder, 'load.cjs'))
    const shared = globalThis as unknown as { look: unknown; seenEarly: unknown }
    shared.look = (namespace: object, key: string) => [mirror.own(namespace, key), mirror.get(namespace, key)]
    const namespace = await load()
    await rm(folder, { recursive: true })
    expect(shared.seenEarly).toEqual([accessor, accessor])
    expect(mirror.own(namespace, 'late')).toEqual(value(1))
  })
})

describe('ownKeys', () => {
  const symbol = Symbol('s')

  it('lists strings, then symbols, with what is not enumerable', () => {
    const object = Object.defineProperty({ b: 1, [symbol]: 1, a: 1 }, 'hidden', { value: 1 })
    expect(mirror.ownKeys(object, 10)).toEqual({ keys: ['b', 'a', 'hidden', symbol], more: false })
    expect(mirror.ownKeys(object, 4)).toEqual({ keys: ['b', 'a', 'hidden', symbol], more: false })
    expect(mirror.ownKeys(object, 3)).toEqual({ keys: ['b', 'a', 'hidden'], more: true })
    expect(mirror.ownKeys(object, 0)).toEqual({ keys: [], more: false })
    expect(mirror.ownKeys(trapped(), 10)).toEqual({ keys: [], more: false })
    expect(mirror.ownKeys(revoked(), 10)).toEqual({ keys: [], more: false })
  })

  it('does not enumerate what has many indices', () => {
    const start = performance.now()
    const array = new Array(10_000_000).fill(0)
    const filled = performance.now() - start
    const asked = performance.now()
    expect(mirror.ownKeys(array, 3)).toEqual({ keys: ['0', '1', '2'], more: true })
    expect(mirror.ownKeys(new Uint8Array(10_000_000), 2)).toEqual({ keys: ['0', '1'], more: true })
    expect(mirror.ownKeys(Object('x'.repeat(10_000_000)), 2)).toEqual({ keys: ['0', '1'], more: true })
    expect(performance.now() - asked).toBeLessThan(Math.max(filled, 50))
    expect(mirror.ownKeys(new Array(MAX_ENUMERATED_LENGTH + 1), 5)).toEqual({ keys: [], more: true })
    expect(mirror.ownKeys(Object.assign([1], { extra: 1 }), 5).keys).toEqual(['0', 'length', 'extra'])
  })

  it('enumerates a very large object once, and again when its keys have changed', () => {
    const object: Record<string, number> = {}
    for (let i = 0; i <= MAX_REMEMBERED_KEYS; i++) object[`k${i}`] = i
    expect(mirror.ownKeys(object, 2)).toEqual({ keys: ['k0', 'k1'], more: true })
    delete object.k0
    object.late = 1
    expect(mirror.ownKeys(object, 2)).toEqual({ keys: ['k1', 'k2'], more: true })
    for (const key of Object.keys(object)) if (key !== 'late') delete object[key]
    expect(mirror.ownKeys(object, 2)).toEqual({ keys: ['late'], more: false })
  })
})

describe('collections', () => {
  it('reads maps and sets past every override', () => {
    class LoudMap extends Map {
      override get size(): number {
        return boom()
      }
      override entries() {
        return boom() as never
      }
      override [Symbol.iterator]() {
        return boom() as never
      }
    }
    const map = new LoudMap()
    Map.prototype.set.call(map, 'a', 1)
    Map.prototype.set.call(map, 'b', 2)
    expect(mirror.mapEntries(map, 1)).toEqual({ entries: [['a', 1]], size: 2 })
    expect(mirror.mapEntries(map, 9)).toEqual({
      entries: [
        ['a', 1],
        ['b', 2],
      ],
      size: 2,
    })
    expect(mirror.setItems(new Set([1, 2, 3]), 2)).toEqual({ items: [1, 2], size: 3 })
    expect(mirror.size(map)).toBe(2)
  })

  it('finds nothing in what is none', () => {
    expect(mirror.mapEntries(new Set([1]), 5)).toEqual({ entries: [], size: 0 })
    expect(mirror.setItems(trapped(new Set([1])), 5)).toEqual({ items: [], size: 0 })
  })

  it('survives later patches of every intrinsic it uses', () => {
    const patched: [object, string][] = [
      [Map.prototype, 'entries'],
      [Object.getPrototypeOf(new Map().entries()), 'next'],
      [WeakMap.prototype, 'get'],
      [Array.prototype, 'push'],
      [Function.prototype, 'call'],
      [Object, 'getOwnPropertyDescriptor'],
      [Object, 'hasOwn'],
    ]
    const originals = patched.map(([holder, key]) => Object.getOwnPropertyDescriptor(holder, key))
    const fresh = createMirror(types)
    const map = new Map([['a', { b: 1 }]])
    const define = Object.defineProperty
    const results: unknown[] = []
    let failure: unknown
    for (let i = 0; i < patched.length; i++) define(patched[i]![0], patched[i]![1], { value: boom, configurable: true })
    try {
      results[0] = fresh.mapEntries(map, 1).entries[0]![0]
      results[1] = fresh.get({ b: 2 }, 'b').status
      results[2] = fresh.ownKeys({ c: 1 }, 5).keys[0]
      results[3] = fresh.className(map)
    } catch (error) {
      failure = error
    }
    for (let i = 0; i < patched.length; i++) define(patched[i]![0], patched[i]![1], originals[i]!)
    expect(failure).toBeUndefined()
    expect(results).toEqual(['a', 'value', 'c', 'Map'])
  })
})

describe('text and size', () => {
  for (const [object, text] of [
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [Object.assign(new Date(0), { toISOString: boom, getTime: boom }), '1970-01-01T00:00:00.000Z'],
    [/a\/b/dgimsuy, '/a\\/b/dgimsuy'],
    [regexp('[a--b]', 'v'), '/[a--b]/v'],
    [Object.defineProperty(/a/g, 'global', { get: boom }), '/a/g'],
    [Object(1), '1'],
    [Object('two'), 'two'],
    [Object(3n), '3'],
    [Object(false), 'false'],
    [Object(Symbol('four')), 'Symbol(four)'],
    [Object.assign(Object(1), { valueOf: boom, toString: boom }), '1'],
    [{}, undefined],
    [trapped(new Date()), undefined],
  ] as [object, string | undefined][]) {
    it(`reads ${text} from the slots`, () => {
      expect(mirror.text(object)).toBe(text)
    })
  }

  it('knows the true size of everything that has one', () => {
    const detached = new Uint8Array(8)
    const view = new DataView(new ArrayBuffer(8))
    structuredClone(detached.buffer, { transfer: [detached.buffer] })
    structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] })
    expect(mirror.size([1, 2])).toBe(2)
    expect(mirror.size(new Float64Array(3))).toBe(3)
    expect(mirror.size(new ArrayBuffer(4))).toBe(4)
    expect(mirror.size(new SharedArrayBuffer(5))).toBe(5)
    expect(mirror.size(new DataView(new ArrayBuffer(6)))).toBe(6)
    expect(mirror.size(detached)).toBe(0)
    expect(mirror.size(view)).toBe(0)
    expect(mirror.size({ length: 1, size: 1 })).toBeUndefined()
    expect(mirror.size(trapped([]))).toBeUndefined()
  })
})
