import { takeIntrinsics } from './intrinsics.ts'
import type { KnownAccessors } from './known-accessors.ts'
import type { Identity, Mirror, ObjectKind, PropertyView } from './mirror.ts'
import { createKeyLister, type KeyList, MAX_ENUMERATED_LENGTH } from './own-keys.ts'
import { hasPrivateNames } from './private-names.ts'
import type { TypeProbes } from './type-probes.ts'

/** Longest prototype chain followed. Real ones have under ten links; a longer one is a trap for the walker. */
export const MAX_PROTOTYPES = 200

const ABSENT: PropertyView = { status: 'absent' }
const ACCESSOR: PropertyView = { status: 'unsafe', of: 'accessor' }
const PROXY: PropertyView = { status: 'unsafe', of: 'proxy' }
const A_PROXY: Identity = { kind: 'proxy', className: '' }
const NO_KEYS: KeyList = { keys: [], more: false }

/**
 * Hot: `own` and `get` run per member of an expression and per captured property: about 35 ns, one descriptor
 * and one view allocated. Make the mirror as early as possible: what was patched before cannot be told.
 *
 * Inside, no method of a prototype is called (`push`, `for…of`, destructuring of arrays): the application may have replaced it.
 */
export function createMirror(types: TypeProbes, known: KnownAccessors = () => undefined): Mirror {
  const intrinsics = takeIntrinsics()
  const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isArray, isView, isEnumerable, functionText, prototypes } =
    intrinsics
  const { mapSize, mapEntries, nextEntry, setSize, setValues, nextValue, textOf } = intrinsics
  const { isProxy, isMap, isSet, isWeakMap, isWeakSet, isDate, isRegExp, isNativeError, isPromise } = types
  const { isTypedArray, isAnyArrayBuffer, isSharedArrayBuffer, isDataView, isBoxedPrimitive, isGeneratorObject } = types
  const { innocentGetters, iterators, lookupGetter, uncurryThis, weak } = intrinsics
  const keyLister = createKeyLister(intrinsics)

  function identify(object: object): Identity {
    if (isProxy(object)) return A_PROXY
    const prototype = getPrototypeOf(object)
    return { kind: kindOf(object, prototype), className: nameOfInstances(prototype) }
  }

  const kind = (object: object): ObjectKind => (isProxy(object) ? 'proxy' : kindOf(object, getPrototypeOf(object)))
  const className = (object: object): string => (isProxy(object) ? '' : nameOfInstances(getPrototypeOf(object)))
  const hasPrivate = (object: object): boolean => !isProxy(object) && isPrivateBelow(getPrototypeOf(object))

  function kindOf(object: object, prototype: object | null): ObjectKind {
    if (typeof object === 'function') return isClass(object) ? 'class' : 'function'
    if (isArray(object)) return 'array'
    if (prototype === prototypes.object) return kindOfPlain(object)
    if (isMap(object)) return 'map'
    if (isSet(object)) return 'set'
    if (isDate(object)) return 'date'
    if (isNativeError(object)) return 'error'
    if (isPromise(object)) return 'promise'
    if (isView(object)) return isTypedArray(object) ? 'typed-array' : 'data-view'
    if (isRegExp(object)) return 'regexp'
    if (isAnyArrayBuffer(object)) return 'array-buffer'
    if (isBoxedPrimitive(object)) return 'boxed'
    if (isGeneratorObject(object)) return 'generator'
    if (isWeakMap(object) || isWeakSet(object)) return 'weak'
    return kindByPrototype(prototype)
  }

  /** What has slots that no test tells. To ask a weak reference would keep alive what it refers to, an iterator would move on. */
  function kindByPrototype(prototype: object | null): ObjectKind {
    for (let i = 0; i < iterators.length; i++) if (iterators[i]?.prototype === prototype) return 'iterator'
    for (let i = 0; i < weak.length; i++) if (weak[i] === prototype) return 'weak'
    return 'object'
  }

  /**
   * Of most objects there are. A test is a call out of JavaScript, 30 ns, so that only those are asked that have what matters to how they
   * are looked at: nothing but an object stands behind `in` here. Others that were given this prototype are what it says.
   */
  function kindOfPlain(object: object): ObjectKind {
    if (isView(object)) return isTypedArray(object) ? 'typed-array' : 'data-view'
    if ('stack' in object && isNativeError(object)) return 'error'
    return 'length' in object && isBoxedPrimitive(object) ? 'boxed' : 'object'
  }

  /** A class has an unwritable `prototype` (so have built-ins and frozen functions) and a text that says so. */
  function isClass(object: object): boolean {
    const prototype = getOwnPropertyDescriptor(object, 'prototype')
    if (prototype === undefined || prototype.writable !== false) return false
    const text = functionText(object)
    return text[0] === 'c' && text[1] === 'l' && text[2] === 'a' && text[3] === 's' && text[4] === 's'
  }

  /**
   * What holds for all that have a prototype, found out once: of a class that is changed afterwards, what was. `none` where
   * there is no prototype, or a proxy for one.
   */
  function byPrototype<T extends string | boolean>(none: T, findOut: (prototype: object) => T) {
    const known = new WeakMap<object, T>()
    /** Most of what is looked at has this prototype. */
    let ofPlain: T | undefined

    return (prototype: object | null): T => {
      if (prototype === null) return none
      if (prototype === prototypes.object) {
        ofPlain ??= findOut(prototype)
        return ofPlain
      }
      const before = intrinsics.weakGet(known, prototype) as T | undefined
      if (before !== undefined) return before
      if (isProxy(prototype)) return none
      const found = findOut(prototype)
      intrinsics.weakSet(known, prototype, found)
      return found
    }
  }

  /** A look costs two descriptors a link. */
  const nameOfInstances = byPrototype('', (nearest) => {
    for (let i = 0; i < iterators.length; i++) {
      const { prototype, name } = iterators[i] as (typeof iterators)[number]
      if (prototype === nearest && typeof name === 'string') return name
    }
    let prototype: object | null = nearest
    for (let links = 0; prototype !== null && links < MAX_PROTOTYPES; links++) {
      if (isProxy(prototype)) return ''
      const made = ownOfOrdinary(prototype, 'constructor')
      if (made.status === 'unsafe') return ''
      if (made.status === 'value' && typeof made.value === 'function') {
        if (isProxy(made.value)) return ''
        const name = ownOfOrdinary(made.value, 'name')
        if (name.status !== 'value' || typeof name.value !== 'string') return ''
        if (name.value !== '') return name.value
      }
      prototype = getPrototypeOf(prototype)
    }
    return ''
  })

  const isPrivateBelow = byPrototype(false, (nearest) => {
    let prototype: object | null = nearest
    for (let links = 0; prototype !== null && links < MAX_PROTOTYPES; links++) {
      if (isProxy(prototype)) return false
      const made = ownOfOrdinary(prototype, 'constructor')
      if (made.status !== 'value' || typeof made.value !== 'function' || isProxy(made.value)) return false
      if (isClass(made.value) && hasPrivateNames(functionText(made.value))) return true
      prototype = getPrototypeOf(prototype)
    }
    return false
  })

  /** For anything but a proxy. */
  function ownOfOrdinary(object: object, key: PropertyKey): PropertyView {
    try {
      if (looksLikeDataButRunsCode(object, key)) return hasOwn(object, key) ? ACCESSOR : ABSENT
      const descriptor = getOwnPropertyDescriptor(object, key)
      if (descriptor === undefined) return ABSENT
      // A descriptor without `get` is one of data. With a `get` that an application put on Object.prototype all of them have one.
      const isData = !('get' in descriptor) || hasOwn(descriptor, 'value')
      return isData ? { status: 'value', value: descriptor.value } : ACCESSOR
    } catch {
      // A binding of a module namespace that is not initialised yet.
      return ACCESSOR
    }
  }

  function element(object: object, index: number): PropertyView {
    if (lookupGetter === undefined) return ownOfOrdinary(object, index)
    if (!hasOwn(object, index)) return ABSENT
    // An accessor that has only a setter has no getter either, and reads as `undefined`.
    if (lookupGetter(object, index) === undefined) {
      const value = (object as readonly unknown[])[index]
      if (value !== undefined) return { status: 'value', value }
    }
    return ownOfOrdinary(object, index)
  }

  /**
   * V8 computes some "data" properties when their descriptor is asked for. `stack` (Node 20; from 22 on it is an
   * accessor) then formats: it calls `Error.prepareStackTrace` and getters of the error, and fixes the text that
   * the application will see. What `Error.captureStackTrace` or `new Error` made is not enumerable; a field that
   * happens to be called `stack` is. `arguments` and `caller` of a sloppy function materialise a stack frame.
   */
  function looksLikeDataButRunsCode(object: object, key: PropertyKey): boolean {
    if (key === 'stack') return isNativeError(object) || !isEnumerable(object, key)
    return typeof object === 'function' && (key === 'arguments' || key === 'caller')
  }

  function own(object: object, key: PropertyKey): PropertyView {
    return isProxy(object) ? PROXY : ownOfOrdinary(object, key)
  }

  function get(value: unknown, key: PropertyKey): PropertyView {
    let holder: object | null
    switch (typeof value) {
      case 'object':
      case 'function':
        holder = value as object | null
        break
      case 'string':
        // `length` and indices are own, unchangeable data of the primitive.
        if (hasOwn(value as unknown as object, key)) return { status: 'value', value: value[key as number] }
        holder = prototypes.string
        break
      case 'number':
      case 'boolean':
      case 'bigint':
      case 'symbol':
        holder = prototypes[typeof value as 'number']
        break
      default:
        return ABSENT
    }
    for (let links = 0; holder !== null; links++) {
      if (links > MAX_PROTOTYPES) return ACCESSOR
      if (isProxy(holder)) return PROXY
      const view = ownOfOrdinary(holder, key)
      if (view.status === 'value') return view
      if (view.status === 'unsafe') return throughInnocentGetter(holder, key, value)
      holder = getPrototypeOf(holder)
    }
    return ABSENT
  }

  /** `map.size`, `buffer.byteLength`, `regexp.source`: accessors of the language itself; and those that are known. */
  function throughInnocentGetter(holder: object, key: PropertyKey, receiver: unknown): PropertyView {
    try {
      if (looksLikeDataButRunsCode(holder, key)) return ACCESSOR
      const descriptor = getOwnPropertyDescriptor(holder, key)
      if (descriptor === undefined || !hasOwn(descriptor, 'get') || descriptor.get === undefined) return ACCESSOR
      for (let i = 0; i < innocentGetters.length; i++) {
        const getter = innocentGetters[i]
        if (getter !== undefined && getter === descriptor.get) {
          return { status: 'value', value: uncurryThis(getter)(receiver) }
        }
      }
      return known(descriptor.get, key, receiver, get) ?? ACCESSOR
    } catch {
      // The receiver has no such slot: running the expression would have thrown as well.
    }
    return ACCESSOR
  }

  function ownKeys(object: object, limit: number, kind?: ObjectKind): KeyList {
    if (limit <= 0 || kind === 'proxy' || (kind === undefined && isProxy(object))) return NO_KEYS
    const length = kind === 'object' ? 0 : indexedLength(object)
    return length > MAX_ENUMERATED_LENGTH
      ? keyLister.countUp(object, length, limit)
      : keyLister.enumerate(object, limit)
  }

  function indexedLength(object: object): number {
    if (isArray(object)) return object.length
    if (isTypedArray(object)) return intrinsics.typedArrayLength(object)
    if (!isBoxedPrimitive(object)) return 0
    const boxed = unbox(object)
    return typeof boxed === 'string' ? boxed.length : 0
  }

  function unbox(object: object): unknown {
    for (let i = 0; i < intrinsics.unbox.length; i++) {
      try {
        return intrinsics.unbox[i]?.(object)
      } catch {
        // Boxed, but of another kind.
      }
    }
    return undefined
  }

  function entriesOf(object: object, limit: number) {
    if (!isMap(object)) return { entries: [], size: 0 }
    const entries: (readonly [unknown, unknown])[] = []
    const iterator = mapEntries(object)
    while (entries.length < limit) {
      const step = nextEntry(iterator)
      if (step.done === true) break
      entries[entries.length] = step.value
    }
    return { entries, size: mapSize(object) }
  }

  function setItems(object: object, limit: number) {
    if (!isSet(object)) return { items: [], size: 0 }
    const items: unknown[] = []
    const iterator = setValues(object)
    while (items.length < limit) {
      const step = nextValue(iterator)
      if (step.done === true) break
      items[items.length] = step.value
    }
    return { items, size: setSize(object) }
  }

  function text(object: object): string | undefined {
    if (isDate(object)) {
      const time = intrinsics.dateValue(object)
      // biome-ignore lint/suspicious/noSelfCompare: the global isNaN may have been replaced.
      return time !== time ? 'Invalid Date' : intrinsics.dateText(object)
    }
    if (isRegExp(object)) return regexpText(object)
    if (!isBoxedPrimitive(object)) return undefined
    // `String` of a symbol is its description in words; of the others, their text.
    return textOf(unbox(object))
  }

  function regexpText(object: object): string {
    let flags = ''
    for (let i = 0; i < intrinsics.regexpFlags.length; i++) {
      const flag = intrinsics.regexpFlags[i]
      if (flag?.isSet(object) === true) flags += flag.letter
    }
    return `/${intrinsics.regexpSource(object)}/${flags}`
  }

  function size(object: object): number | undefined {
    if (isProxy(object)) return undefined
    if (isArray(object)) return object.length
    if (isMap(object)) return mapSize(object)
    if (isSet(object)) return setSize(object)
    if (isTypedArray(object)) return intrinsics.typedArrayLength(object)
    if (isAnyArrayBuffer(object)) {
      return isSharedArrayBuffer(object) ? intrinsics.sharedBufferLength(object) : intrinsics.arrayBufferLength(object)
    }
    if (!isDataView(object)) return undefined
    try {
      return intrinsics.dataViewLength(object)
    } catch {
      return 0 // its buffer is detached
    }
  }

  return {
    isProxy,
    identify,
    kind,
    className,
    hasPrivate,
    ownKeys,
    own,
    ownOfOrdinary,
    element,
    get,
    mapEntries: entriesOf,
    setItems,
    text,
    size,
  }
}
