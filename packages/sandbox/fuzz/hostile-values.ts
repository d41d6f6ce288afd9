// biome-ignore-all lint/suspicious/noThenProperty: that is a trap.
import type { Random } from './random.ts'

const FIELDS = [
  'a',
  'b',
  'name',
  'length',
  'size',
  'constructor',
  'then',
  'stack',
  'items',
  '0',
  'get',
  'message',
  'index',
]
const METHODS = [
  ...[
    'toString',
    'valueOf',
    'toJSON',
    'includes',
    'map',
    'get',
    'has',
    'slice',
    'concat',
    'exec',
    'test',
    'getTime',
    'join',
  ],
  ...['keys', 'entries', 'values', 'at', 'flags', 'next', 'inspect', 'split', 'replace'],
]
const SYMBOLS = [
  ...[Symbol.toPrimitive, Symbol.iterator, Symbol.toStringTag, Symbol.hasInstance, Symbol.species, Symbol.match],
  ...[Symbol.isConcatSpreadable, Symbol.unscopables, Symbol.replace, Symbol.split, Symbol.asyncIterator],
]

/**
 * Values of an application that tell when any code of theirs runs: accessors, proxies with every trap (also behind a prototype), conversions,
 * iterators, species, overridden methods, subclasses of built-ins, revoked proxies.
 *
 * @param tell Called with what ran.
 * @param plain What the hostile ones are wrapped around, or hidden in.
 */
export function createHostileValues(
  { below, pick, oneIn }: Random,
  tell: (what: string) => void,
  plain: () => unknown,
) {
  const spy = (what: string) => () => {
    tell(what)
    return 'trapped'
  }
  const handler: ProxyHandler<object> = {}
  for (const name of Object.getOwnPropertyNames(Reflect) as (keyof ProxyHandler<object>)[]) {
    const forward = Reflect[name as 'get'] as unknown
    if (typeof forward !== 'function') continue
    handler[name] = ((...args: unknown[]) => {
      tell(`proxy trap ${name}`)
      return Reflect.apply(forward as () => unknown, Reflect, args) as unknown
    }) as never
  }

  const proxyOf = (target: object) => new Proxy(target, handler)
  const anObject = (): object => {
    const value = plain()
    return typeof value === 'object' && value !== null ? value : { a: value, b: 1 }
  }

  const trapped = (target: object): object => {
    for (let count = 1 + below(4); count > 0; count--) {
      const descriptor = oneIn(2)
        ? { get: spy('getter'), set: spy('setter'), enumerable: oneIn(2), configurable: true }
        : { value: spy('method'), enumerable: oneIn(2), configurable: true, writable: true }
      const key = oneIn(3) ? pick(SYMBOLS) : oneIn(2) ? pick(FIELDS) : pick(METHODS)
      if (key !== 'length' || !Array.isArray(target)) Reflect.defineProperty(target, key, descriptor)
    }
    return target
  }

  const subclassed = (): object => {
    const bases = [Array, Map, Set, Date, RegExp, Error, Promise, Uint8Array, Object, String, Number] as const
    const base = pick(bases) as new (argument?: unknown) => object
    class Evil extends base {
      static get [Symbol.species](): unknown {
        tell('species')
        return base
      }
      static override [Symbol.hasInstance]() {
        tell('hasInstance')
        return true
      }
    }
    trapped(Evil.prototype)
    if (oneIn(4)) return trapped(Evil)
    if (base === (Promise as unknown)) return Object.create(Evil.prototype) as object
    // A case is the same again: no value may tell the time.
    const create = () => (base === (Date as unknown) ? new Evil(0) : new Evil())
    try {
      return oneIn(2) ? create() : trapped(create())
    } catch {
      // Its own constructor fell into a trap: V8 asks a new error for its message.
      return Evil
    }
  }

  const revoked = (): object => {
    const target = pick([{}, [], () => 1])
    const { proxy, revoke } = Proxy.revocable<object>(target, handler)
    revoke()
    return proxy
  }

  const hostile = (): unknown => {
    switch (below(13)) {
      case 0:
      case 1:
        return proxyOf(anObject())
      case 2:
        return proxyOf(
          pick([() => 1, class {}, [1, 2], new Map([['a', 1]]), new Date(0), /a/g, new Uint8Array(2), new Error('a')]),
        )
      case 3:
        return revoked()
      case 4:
        return Object.create(oneIn(4) ? revoked() : proxyOf({ a: 1, length: 2 }))
      case 5:
        return Object.setPrototypeOf([1, 2, 3], proxyOf(Array.prototype))
      case 6:
        return Object.create(trapped({ a: 1 }))
      case 7:
        return subclassed()
      case 8:
        return trapped(
          pick<object>([[1, 2], new Map([['a', 1]]), new Set([1]), new Date(0), /a/g, new Error('a'), () => 1]),
        )
      case 9:
        return Object.assign(trapped(Object.create(null) as object), { a: 1 })
      case 10: {
        const error = new Error('a')
        Object.defineProperty(error, 'name', { get: spy('name of an error') })
        return error
      }
      case 11:
        return Object.setPrototypeOf(
          trapped(function callable() {}),
          oneIn(2) ? null : proxyOf(Function.prototype),
        )
      default:
        return trapped({ a: plain(), b: 1 })
    }
  }

  /** Hostile itself, or hidden in something plain. */
  const next = (): unknown => {
    const value = hostile()
    switch (below(9)) {
      case 0:
        return [value, 1, value]
      case 1:
        return { a: value, b: plain(), items: [value] }
      case 2:
        return new Map<unknown, unknown>([
          ['a', value],
          [value, 1],
        ])
      case 3:
        return new Set([value, 1])
      case 4:
        return { a: { b: [{ c: value }] } }
      case 5:
        return Object.create({ a: value }) as unknown
      default:
        return value
    }
  }

  return { next }
}
