import { type Mirror, uncurryThis as uncurryTyped } from '@lightrun/core'
import { CONSTRUCTORS, FUNCTIONS, STATICS, VALUES } from '../language/built-ins.ts'

type Callable = (...args: unknown[]) => unknown
type Uncurried = (self: unknown, ...args: unknown[]) => unknown

/** Built-ins as they are when the sandbox is made; an application that replaces them later does not get called. */
export function takeIntrinsics({ isProxy }: Mirror) {
  const uncurryThis = uncurryTyped as (method: unknown) => Uncurried
  const globals = globalThis as unknown as Record<string, unknown>
  const mapGet = uncurryThis(Map.prototype.get) as (map: unknown, key: unknown) => unknown

  const values = new Map<string, unknown>()
  for (const name of VALUES) values.set(name, globals[name])
  const functions = new Map<string, Callable>()
  for (const { name } of FUNCTIONS) functions.set(name, globals[name] as Callable)
  for (const { of, name } of STATICS) {
    functions.set(`${of}.${name}`, (globals[of] as Record<string, Callable>)[name] as Callable)
  }
  const constructors = new Map<string, Callable>()
  for (const { name } of CONSTRUCTORS) constructors.set(name, globals[name] as Callable)

  return {
    uncurryThis,
    values: values as ReadonlyMap<string, unknown>,
    functions: functions as ReadonlyMap<string, Callable>,
    constructors: constructors as ReadonlyMap<string, Callable>,
    /** Every function of a built-in prototype: a method that is one of these does what its name says. */
    builtInMethods: builtInMethods(),
    apply: Reflect.apply as (target: unknown, self: unknown, args: readonly unknown[]) => unknown,
    construct: Reflect.construct as (target: unknown, args: readonly unknown[]) => object,
    mapGet,
    mapSet: uncurryThis(Map.prototype.set) as (map: unknown, key: unknown, value: unknown) => unknown,
    setAdd: uncurryThis(Set.prototype.add) as (set: unknown, value: unknown) => unknown,
    setHas: uncurryThis(Set.prototype.has) as (set: unknown, key: unknown) => boolean,
    weakGet: uncurryThis(WeakMap.prototype.get),
    weakSet: uncurryThis(WeakMap.prototype.set),
    isDetached: takeIsDetached(uncurryThis(typedArrayPrototype.at)),
    iteratorOf: uncurryThis(Array.prototype.values) as (list: readonly unknown[]) => object,
    sort: uncurryThis(Array.prototype.sort) as (list: unknown[], compare?: (a: unknown, b: unknown) => number) => void,
    isProxy,
    isArray: Array.isArray as (value: unknown) => value is unknown[],
    hasOwn: Object.hasOwn,
    keys: Object.keys,
    names: Object.getOwnPropertyNames,
    symbols: Object.getOwnPropertySymbols,
    isEnumerable: uncurryThis(Object.prototype.propertyIsEnumerable) as (object: unknown, key: unknown) => boolean,
    getOwnPropertyDescriptor: Object.getOwnPropertyDescriptor,
    getPrototypeOf: Object.getPrototypeOf as (object: object) => object | null,
    defineData: takeDefineData(),
    create: Object.create as (prototype: null) => object,
    toText: String,
    toNumber: Number,
    toBigInt: BigInt,
    quote: JSON.stringify as (text: string) => string,
    parse: JSON.parse as (text: string) => unknown,
    asIntN: BigInt.asIntN,
    indexOf: uncurryThis(String.prototype.indexOf) as (text: string, wanted: string, from?: number) => number,
    slice: uncurryThis(String.prototype.slice) as (text: string, from: number, to?: number) => string,
    toISOString: uncurryThis(Date.prototype.toISOString) as (date: unknown) => string,
    dateToPrimitive: Date.prototype[Symbol.toPrimitive] as unknown,
    dateValueOf: Date.prototype.valueOf as unknown,
    dateToJSON: Date.prototype.toJSON as unknown,
    codePointAt: uncurryThis(String.prototype.codePointAt) as (text: string, index: number) => number,
    fromCodePoint: String.fromCodePoint,
    dateValue: uncurryThis(Date.prototype.getTime) as (date: unknown) => number,
    hasInstance: Function.prototype[Symbol.hasInstance],
    iterators: {
      array: Array.prototype[Symbol.iterator],
      typedArray: typedArrayPrototype[Symbol.iterator],
      string: String.prototype[Symbol.iterator],
      map: Map.prototype[Symbol.iterator],
      set: Set.prototype[Symbol.iterator],
    } as Readonly<Record<string, unknown>>,
    prototypes: {
      object: Object.prototype as object,
      array: Array.prototype as object,
      map: Map.prototype as object,
      set: Set.prototype as object,
      date: Date.prototype as object,
      regexp: RegExp.prototype as object,
      error: Error.prototype as object,
    },
    /** Prototype → constructor name, of what QuickJS has as well. */
    typedArrays: new Map(TYPED_ARRAYS.map((type) => [type.prototype, type.name])) as ReadonlyMap<object | null, string>,
    /** The same by constructor, which is how their methods choose what to make. */
    typedArrayTypes: new Set<unknown>(TYPED_ARRAYS) as ReadonlySet<unknown>,
  }
}

export type Intrinsics = ReturnType<typeof takeIntrinsics>

const TYPED_ARRAYS: readonly { prototype: object; name: string }[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
]
const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array

function builtInMethods(): ReadonlySet<unknown> {
  const found = new Set<unknown>()
  const kinds = [
    Object,
    Array,
    String,
    Number,
    Boolean,
    BigInt,
    Symbol,
    Date,
    RegExp,
    Map,
    Set,
    WeakMap,
    WeakSet,
    Error,
  ]
  for (const prototype of [...kinds.map((kind) => kind.prototype as object), typedArrayPrototype]) {
    for (const key of Reflect.ownKeys(prototype)) {
      const value: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value
      if (typeof value === 'function') found.add(value)
    }
  }
  return found
}

/** Of an empty typed array: every method of one whose buffer was given away throws. */
function takeIsDetached(at: Uncurried) {
  return (empty: object): boolean => {
    try {
      at(empty, 0)
      return false
    } catch {
      return true
    }
  }
}

/** A property as in an object literal. The descriptor inherits nothing: a `get` on Object.prototype would count. */
function takeDefineData() {
  const { defineProperty } = Object
  return (object: object, key: PropertyKey, value: unknown): void => {
    const descriptor = { __proto__: null, value, writable: true, enumerable: true, configurable: true }
    defineProperty(object, key, descriptor as PropertyDescriptor)
  }
}
