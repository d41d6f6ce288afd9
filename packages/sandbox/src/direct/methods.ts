import { exceeded, failed, unsafe } from '../evaluate/evaluation.ts'
import { MAX_BUILT_STRING, MAX_SEARCH_PRODUCT } from '../limits.ts'
import type { Functions } from './functions.ts'
import type { Iterating } from './iterate.ts'
import { isObject, type Operators } from './operators.ts'
import { spend } from './read.ts'
import type { World } from './world.ts'

type Method = (self: unknown, args: readonly unknown[]) => unknown

/**
 * Nothing here goes through an iterator (array destructuring, spread, for…of): its `next` may be the application's.
 *
 * Methods by identity: what the receiver offers under the name must be the built-in that we know, so that a method
 * of the application under the same name is never mistaken for it, and never called. Each checks its receiver.
 */
export function createMethods(world: World, operators: Operators, functions: Functions, iterating: Iterating) {
  const { mirror, intrinsics } = world
  const { apply } = intrinsics
  const known = new Map<unknown, Method>()

  for (const [name, converted] of Object.entries(TEXT_METHODS)) {
    const method = methodOf(String.prototype, name)
    const searches = SEARCHES.has(name)
    const lengthens = LENGTHENING.has(name)
    known.set(method, (self, args) => {
      if (typeof self !== 'string') throw unsafe('receiver of a text method')
      mustBePrimitives(args, converted)
      if (searches) mustBeShort(self, args[0])
      if (lengthens) mustStayShort(name, self, args[0])
      return apply(method, self, args)
    })
  }
  for (const [type, prototype, converting] of PRIMITIVE_METHODS) {
    for (const [name, converted] of Object.entries(converting)) {
      const method = methodOf(prototype, name)
      known.set(method, (self, args) => {
        if (typeof self !== type) throw unsafe(`receiver of a ${type} method`)
        if (typeof self === 'bigint') operators.mustBeSmall(self)
        mustBePrimitives(args, converted)
        return apply(method, self, args)
      })
    }
  }
  for (const name of DATE_METHODS) {
    const method = methodOf(Date.prototype, name)
    known.set(method, (self) => apply(method, self, NOTHING))
  }
  known.set(methodOf(Map.prototype, 'get'), (self, args) => {
    functions.redactKey(args[0])
    return apply(mapGet, self, args)
  })
  for (const prototype of [Map.prototype, Set.prototype, WeakMap.prototype, WeakSet.prototype]) {
    const method = methodOf(prototype, 'has')
    known.set(method, (self, args) => apply(method, self, args))
  }
  known.set(methodOf(Object.prototype, 'hasOwnProperty'), (self, args) => functions.hasOwn(self, args[0]))
  for (const [prototype, kind] of [
    [Array.prototype, 'array'],
    [Object.getPrototypeOf(Uint8Array.prototype) as object, 'typed-array'],
  ] as const) {
    for (const [name, method] of Object.entries(listMethods())) {
      known.set(methodOf(prototype, name), (self, args) => {
        if (!isObject(self) || mirror.kind(self) !== kind) throw unsafe(`receiver of a method of ${kind}`)
        return method(self, args)
      })
    }
  }
  known.set(methodOf(Array.prototype, 'concat'), (self, args) => {
    if (!isPlainArray(self)) throw unsafe('subclass of Array')
    const result = sliceOf(self, 0, lengthOf(self))
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]
      if (!isObject(arg)) {
        result[result.length] = arg
        continue
      }
      const spreadable = mirror.get(arg, Symbol.isConcatSpreadable)
      if (spreadable.status === 'unsafe') throw unsafe(spreadable.of)
      if (spreadable.status === 'value' && spreadable.value !== undefined) throw unsafe('Symbol.isConcatSpreadable')
      if (mirror.kind(arg) !== 'array') result[result.length] = arg
      else appendTo(result, arg)
    }
    return result
  })

  function listMethods(): Readonly<Record<string, (list: object, args: readonly unknown[]) => unknown>> {
    return {
      at: (list, args) => {
        const length = lengthOf(list)
        const from = integer(args[0], 0)
        const at = from < 0 ? length + from : from
        return at < 0 || at >= length ? undefined : iterating.elementOf(list, at)
      },
      includes: (list, args) => {
        const wanted = args[0]
        const length = lengthOf(list)
        for (let i = relative(args[1], length, 0); i < length; i++) {
          spend(world, 1)
          const element = iterating.elementOf(list, i)
          // biome-ignore lint/suspicious/noSelfCompare: NaN is found.
          if (element === wanted || (element !== element && wanted !== wanted)) return true
        }
        return false
      },
      indexOf: (list, args) => {
        const wanted = args[0]
        const length = lengthOf(list)
        for (let i = relative(args[1], length, 0); i < length; i++) {
          spend(world, 1)
          if (iterating.elementOf(list, i) === wanted && (wanted !== undefined || exists(list, i))) return i
        }
        return -1
      },
      lastIndexOf: (list, args) => {
        const length = lengthOf(list)
        const from = args.length > 1 ? integer(args[1], 0) : length - 1
        for (let i = from < 0 ? length + from : smaller(from, length - 1); i >= 0; i--) {
          spend(world, 1)
          if (iterating.elementOf(list, i) === args[0] && (args[0] !== undefined || exists(list, i))) return i
        }
        return -1
      },
      join: (list, args) => {
        const between = args[0] === undefined ? ',' : operators.textOf(args[0])
        const length = lengthOf(list)
        let text = ''
        for (let i = 0; i < length; i++) {
          spend(world, 1)
          const element = iterating.elementOf(list, i)
          if (i > 0) text += between
          if (element !== undefined && element !== null) text += operators.textOf(element)
          if (text.length > MAX_BUILT_STRING) throw exceeded('bytes')
        }
        return text
      },
      slice: (list, args) => {
        if (!isPlainArray(list)) throw unsafe('slice of a subclass or a typed array')
        const length = lengthOf(list)
        return sliceOf(list, relative(args[0], length, 0), relative(args[1], length, length))
      },
    }
  }

  /** Anything else would choose by `constructor[Symbol.species]` what a slice of it is. */
  function isPlainArray(value: unknown): value is object {
    if (!isObject(value) || mirror.kind(value) !== 'array') return false
    const view = mirror.get(value, 'constructor')
    return view.status === 'value' && view.value === intrinsics.values.get('Array')
  }

  function sliceOf(list: object, start: number, end: number): unknown[] {
    const result: unknown[] = []
    for (let i = start; i < end; i++) {
      spend(world, 1)
      if (exists(list, i)) result[i - start] = iterating.elementOf(list, i)
      else result.length = i - start + 1
    }
    return result
  }

  function appendTo(result: unknown[], list: object): void {
    const length = lengthOf(list)
    const offset = result.length
    for (let i = 0; i < length; i++) {
      spend(world, 1)
      if (exists(list, i)) result[offset + i] = iterating.elementOf(list, i)
      else result.length = offset + i + 1
    }
  }

  const lengthOf = (list: object) => mirror.size(list) ?? 0
  const exists = (list: object, index: number) => mirror.get(list, index).status !== 'absent'

  /** An argument as an index. */
  function integer(value: unknown, fallback: number): number {
    if (value === undefined) return fallback
    if (isObject(value)) throw unsafe('conversion of an object')
    if (typeof value === 'bigint' || typeof value === 'symbol')
      throw failed(`Cannot convert a ${typeof value} to a number`)
    const number = intrinsics.toNumber(value)
    // biome-ignore lint/suspicious/noSelfCompare: NaN counts as nothing.
    return number !== number ? 0 : truncate(number)
  }

  function relative(value: unknown, length: number, fallback: number): number {
    const index = integer(value, fallback)
    return index < 0 ? larger(length + index, 0) : smaller(index, length)
  }

  function mustBePrimitives(args: readonly unknown[], converted: number): void {
    for (let i = 0; i < args.length && i < converted; i++)
      if (isObject(args[i])) throw unsafe('conversion of an object')
  }

  function mustBeShort(text: string, wanted: unknown): void {
    if (typeof wanted === 'string' && text.length * wanted.length > MAX_SEARCH_PRODUCT) throw exceeded('fuel')
  }

  function mustStayShort(name: string, text: string, size: unknown): void {
    const count = integer(size, 0)
    if ((name === 'repeat' ? text.length * count : count) > MAX_BUILT_STRING) throw exceeded('bytes')
  }

  /** Calls `receiver[name](…args)`, where the receiver is neither null nor undefined. */
  return function callMethod(receiver: unknown, name: string, args: readonly unknown[], of: string): unknown {
    const view = mirror.get(receiver, name)
    if (view.status === 'unsafe') throw unsafe(view.of)
    const target = view.status === 'value' ? view.value : undefined
    const method = intrinsics.mapGet(known, target) as Method | undefined
    if (method !== undefined) return method(receiver, args)
    if (typeof target === 'function') throw unsafe(`function ${name} of the application`)
    throw failed(`${of}.${name} is not a function`)
  }
}

const ANY = Number.POSITIVE_INFINITY
/** Each with the number of arguments that it converts to primitives. */
const TEXT_METHODS: Readonly<Record<string, number>> = {
  ...{ at: 1, charAt: 1, charCodeAt: 1, codePointAt: 1, concat: ANY, normalize: 1, slice: 2, substring: 2, substr: 2 },
  ...{ toLowerCase: 0, toUpperCase: 0, trim: 0, trimStart: 0, trimEnd: 0, toString: 0, valueOf: 0 },
  ...{ includes: 2, indexOf: 2, lastIndexOf: 2, startsWith: 2, endsWith: 2, padStart: 2, padEnd: 2, repeat: 1 },
}
const SEARCHES: ReadonlySet<string> = new Set(['includes', 'indexOf', 'lastIndexOf', 'startsWith', 'endsWith'])
const LENGTHENING: ReadonlySet<string> = new Set(['padStart', 'padEnd', 'repeat'])
const PRIMITIVE_METHODS: readonly [type: string, prototype: object, converting: Readonly<Record<string, number>>][] = [
  ['number', Number.prototype, { toFixed: 1, toPrecision: 1, toExponential: 1, toString: 1, valueOf: 0 }],
  ['bigint', BigInt.prototype, { toString: 1, valueOf: 0 }],
  ['boolean', Boolean.prototype, { toString: 0, valueOf: 0 }],
  ['symbol', Symbol.prototype, { toString: 0, valueOf: 0 }],
]
const DATE_METHODS = [
  ...['getTime', 'valueOf', 'toISOString', 'getUTCFullYear', 'getUTCMonth', 'getUTCDate', 'getUTCDay'],
  ...['getUTCHours', 'getUTCMinutes', 'getUTCSeconds', 'getUTCMilliseconds'],
]
const NOTHING: readonly unknown[] = []
const mapGet = Map.prototype.get
const smaller = Math.min
const larger = Math.max
const truncate = Math.trunc

function methodOf(prototype: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.value
}
