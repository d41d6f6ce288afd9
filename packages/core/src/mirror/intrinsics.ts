import { uncurryThis } from './uncurry-this.ts'

/**
 * The built-in functions a mirror works with, taken once so that an application that patches a prototype
 * later neither misleads the mirror nor has its patch run by it.
 */
export function takeIntrinsics() {
  const getter = (prototype: object, key: PropertyKey): Getter | undefined =>
    Object.getOwnPropertyDescriptor(prototype, key)?.get
  const reader = (prototype: object, key: PropertyKey) => {
    const get = getter(prototype, key)
    return get === undefined ? () => undefined : (uncurryThis(get) as (self: unknown) => unknown)
  }
  const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype)
  const mapIterator = Object.getPrototypeOf(new Map().entries())
  const setIterator = Object.getPrototypeOf(new Set().values())

  return {
    uncurryThis,
    getOwnPropertyDescriptor: Object.getOwnPropertyDescriptor,
    getOwnPropertyNames: Object.getOwnPropertyNames,
    getOwnPropertySymbols: Object.getOwnPropertySymbols,
    getPrototypeOf: Object.getPrototypeOf as (object: object) => object | null,
    hasOwn: Object.hasOwn,
    isArray: Array.isArray as (value: unknown) => value is unknown[],
    isView: ArrayBuffer.isView as (value: unknown) => boolean,
    isEnumerable: uncurryThis(Object.prototype.propertyIsEnumerable),
    lookupGetter: takeLookupGetter(),
    functionText: uncurryThis(Function.prototype.toString),
    mapSize: reader(Map.prototype, 'size') as (self: unknown) => number,
    mapEntries: uncurryThis(Map.prototype.entries),
    nextEntry: uncurryThis(mapIterator.next) as (self: unknown) => IteratorResult<readonly [unknown, unknown]>,
    setSize: reader(Set.prototype, 'size') as (self: unknown) => number,
    setValues: uncurryThis(Set.prototype.values),
    nextValue: uncurryThis(setIterator.next) as (self: unknown) => IteratorResult<unknown>,
    typedArrayLength: reader(typedArrayPrototype, 'length') as (self: unknown) => number,
    arrayBufferLength: reader(ArrayBuffer.prototype, 'byteLength') as (self: unknown) => number,
    sharedBufferLength: reader(SharedArrayBuffer.prototype, 'byteLength') as (self: unknown) => number,
    dataViewLength: reader(DataView.prototype, 'byteLength') as (self: unknown) => number,
    dateValue: uncurryThis(Date.prototype.getTime),
    dateText: uncurryThis(Date.prototype.toISOString),
    regexpSource: reader(RegExp.prototype, 'source') as (self: unknown) => string,
    /** In the order of `RegExp.prototype.flags`, which is not used: it reads each flag from the object. */
    regexpFlags: (
      [
        ['d', 'hasIndices'],
        ['g', 'global'],
        ['i', 'ignoreCase'],
        ['m', 'multiline'],
        ['s', 'dotAll'],
        ['u', 'unicode'],
        ['v', 'unicodeSets'],
        ['y', 'sticky'],
      ] as const
    ).map(([letter, name]) => ({ letter, isSet: reader(RegExp.prototype, name) })),
    /** Each throws unless the object is boxed of its kind; that is how the kind is told. */
    unbox: [
      uncurryThis(Number.prototype.valueOf),
      uncurryThis(String.prototype.valueOf),
      uncurryThis(Boolean.prototype.valueOf),
      uncurryThis(BigInt.prototype.valueOf),
      uncurryThis(Symbol.prototype.valueOf),
    ] as readonly ((self: unknown) => unknown)[],
    weakGet: uncurryThis(WeakMap.prototype.get),
    weakSet: uncurryThis(WeakMap.prototype.set),
    weakDelete: uncurryThis(WeakMap.prototype.delete),
    textOf: String,
    iterators: [mapIterator, setIterator, ...otherIterators()].map((prototype: object) => ({
      prototype,
      // `Map Iterator`: their prototypes name no constructor.
      name: Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value as unknown,
    })),
    weak: [WeakRef.prototype, FinalizationRegistry.prototype] as readonly object[],
    prototypes: {
      object: Object.prototype as object,
      string: String.prototype as object,
      number: Number.prototype as object,
      boolean: Boolean.prototype as object,
      bigint: BigInt.prototype as object,
      symbol: Symbol.prototype as object,
    },
    /** Accessors of the language that read an internal slot and nothing else: running them runs no application code. */
    innocentGetters: [
      getter(Map.prototype, 'size'),
      getter(Set.prototype, 'size'),
      getter(typedArrayPrototype, 'length'),
      getter(typedArrayPrototype, 'byteLength'),
      getter(typedArrayPrototype, 'byteOffset'),
      getter(typedArrayPrototype, 'buffer'),
      getter(ArrayBuffer.prototype, 'byteLength'),
      getter(SharedArrayBuffer.prototype, 'byteLength'),
      getter(DataView.prototype, 'byteLength'),
      getter(DataView.prototype, 'byteOffset'),
      getter(DataView.prototype, 'buffer'),
      getter(RegExp.prototype, 'source'),
      getter(RegExp.prototype, 'global'),
      getter(RegExp.prototype, 'ignoreCase'),
      getter(RegExp.prototype, 'multiline'),
      getter(RegExp.prototype, 'dotAll'),
      getter(RegExp.prototype, 'unicode'),
      getter(RegExp.prototype, 'sticky'),
      getter(RegExp.prototype, 'hasIndices'),
      getter(Symbol.prototype, 'description'),
    ].filter((found): found is Getter => found !== undefined),
  }
}

const otherIterators = (): object[] =>
  [[].values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)].map((iterator) => Object.getPrototypeOf(iterator))

/** Hardened programs remove it. */
function takeLookupGetter() {
  const lookup: unknown = Object.getOwnPropertyDescriptor(Object.prototype, '__lookupGetter__')?.value
  if (typeof lookup !== 'function') return undefined
  return uncurryThis(lookup as (key: PropertyKey) => unknown)
}

type Getter = () => unknown
export type Intrinsics = ReturnType<typeof takeIntrinsics>
