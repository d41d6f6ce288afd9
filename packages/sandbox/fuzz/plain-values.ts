import type { Random } from './random.ts'

/** Text that redaction hides, under the key `secret`; it may be in no text an expression comes to. */
export const SECRET = 'XYZZY-SECRET'

const PRIMITIVES: readonly unknown[] = [
  ...[0, -0, 1, -1, 2, 1.5, -0.5, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 1e21, 1e-7, 5e-324],
  ...[
    '',
    ' ',
    '0',
    '1',
    '-1',
    'a',
    'b',
    'ab',
    'NaN',
    '0x10',
    '1n',
    '💥',
    '\ud83d',
    'b\0',
    'İ',
    'a,b',
    '__proto__',
    'length',
  ],
  ...[0n, 1n, -1n, 2n ** 64n, -(2n ** 53n), true, false, null, undefined],
]
const KEYS = ['a', 'b', 'c', 'items', 'name', 'length', '0', '1', '-1', '', '\0', 'size', 'index', 'constructor', 'get']

class Money {
  amount = 3
  readonly currency = 'EUR'
}
class Price extends Money {
  tax = 0.2
}

/** Values without code of the application in them, on which JavaScript itself is the judge. The same numbers make equal values. */
export function createPlainValues(random: Random) {
  const { below, pick, oneIn } = random
  /** JavaScript moves their `lastIndex`; who judges must put it back. */
  const regexps: { regexp: RegExp; lastIndex: number }[] = []

  const value = (depth: number): unknown => {
    if (depth <= 0 || oneIn(3)) return pick(PRIMITIVES)
    switch (below(17)) {
      case 0:
      case 1:
      case 2:
        return list(depth)
      case 3:
      case 4:
      case 5:
        return record(depth)
      case 6:
        return new Map(pairs(depth))
      case 7:
        return new Set(list(depth))
      case 8:
        return new Date(pick([0, 1e12, Number.NaN, -1, 8.64e15]))
      case 9:
        return regexp()
      case 10:
        return typedArray()
      case 11:
        return Object.assign(oneIn(2) ? new Money() : new Price(), { amount: pick(PRIMITIVES) })
      case 12:
        return oneIn(2) ? Object.assign(Object.create(null) as object, record(depth)) : cyclic(depth)
      case 13:
        return Object.assign(list(depth), { named: 1 })
      case 14:
        return pick([Object.freeze(record(depth)), Object.seal(list(depth)), Object.preventExtensions(record(depth))])
      case 15:
        return pick([
          Object(1),
          Object('ab'),
          Object(1n),
          Object(Symbol.iterator),
          Symbol.iterator,
          Symbol.for('a'),
        ]) as unknown
      default:
        return odd(depth)
    }
  }

  const list = (depth: number): unknown[] => {
    const items: unknown[] = []
    const alike = oneIn(3) ? pick(PRIMITIVES) : undefined
    for (let count = below(6); count > 0; count--)
      items.push(alike === undefined || oneIn(3) ? value(depth - 1) : alike)
    if (oneIn(6)) items.length += 2
    return items
  }

  const record = (depth: number): Record<string, unknown> => {
    const made: Record<string, unknown> = {}
    for (let count = below(5); count > 0; count--) made[pick(KEYS)] = value(depth - 1)
    if (oneIn(4)) made.secret = SECRET
    if (oneIn(10)) made[Symbol.iterator as unknown as string] = 1
    if (oneIn(10)) Object.defineProperty(made, 'hidden', { value: value(depth - 1) })
    return made
  }

  const pairs = (depth: number): [unknown, unknown][] =>
    Array.from(list(depth), (item) => [oneIn(2) ? pick(KEYS) : value(depth - 1), item])

  const cyclic = (depth: number): object => {
    const made = record(depth)
    made.a = oneIn(2) ? made : [made, { b: made }]
    return made
  }

  const regexp = (): RegExp => {
    const made = new RegExp(pick(['a', 'b+', '(?<n>.)', '^', '\\d']), pick(['', 'g', 'y', 'gi', 'u']))
    made.lastIndex = below(3)
    regexps.push({ regexp: made, lastIndex: made.lastIndex })
    return made
  }

  const typedArray = (): unknown => {
    const type = pick([Uint8Array, Int16Array, Float64Array, Uint8ClampedArray, BigInt64Array, Float32Array])
    const made = new type(below(5))
    if (made.length > 0) made[0] = (type === BigInt64Array ? 3n : 1.5) as never
    // A detached buffer: the array stays and has no elements.
    if (oneIn(5)) structuredClone(made, { transfer: [made.buffer] })
    return made
  }

  const odd = (depth: number): unknown => {
    switch (below(9)) {
      case 0:
        return new Error('a', { cause: record(depth) })
      case 1:
        return Object.assign(new TypeError('b'), { code: 'E' })
      case 2:
        return (x: unknown) => x
      case 3:
        return new ArrayBuffer(8)
      case 4:
        return new WeakMap()
      case 5:
        return Promise.resolve(1)
      case 6:
        return Money
      case 7:
        return new DataView(new ArrayBuffer(4))
      default:
        return Object.create(record(depth)) as unknown
    }
  }

  return { next: () => value(3), regexps }
}

/**
 * What would be too large to make for every case; nobody changes them, so one of each will do. Text, lists, maps and
 * sets of a million and so on, deep nesting, long prototype chains, many shared paths.
 */
export function createGiants(): readonly unknown[] {
  const items = Array.from({ length: 300_000 }, (_, i) => i)
  const text = 'ab'.repeat(1_000_000)
  let deep: unknown[] = []
  for (let i = 0; i < 50_000; i++) deep = [deep]
  let linked: object = { a: 1 }
  for (let i = 0; i < 50_000; i++) linked = { a: linked, b: i }
  let chain = {}
  for (let i = 0; i < 5_000; i++) chain = Object.create(chain) as object
  let shared: unknown[] = [1]
  for (let i = 0; i < 40; i++) shared = [shared, shared]
  const wide: Record<string, number> = {}
  for (let i = 0; i < 30_000; i++) wide[`key${i}`] = i
  const sparse: unknown[] = []
  sparse[4_294_967_294] = 1
  return [
    ...[items, text, 'a'.repeat(50_000), `${'a'.repeat(40)}X`, deep, linked, chain, shared, wide, sparse],
    ...[new Map(items.map((i) => [i, i])), new Set(items), new Uint8Array(1_000_000), 2n ** 1_000_000n, 3n ** 2_000n],
    ...[items.map((i) => ({ i })), 'a,'.repeat(100_000), { items, text, a: { b: { c: items } } }],
    ...[items.slice(0, 9_000).map(String), new Array(1e9), '9'.repeat(100_000), ' '.repeat(60_000)],
  ]
}
