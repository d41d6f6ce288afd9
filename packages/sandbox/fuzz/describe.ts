import { types } from 'node:util'

/** More than this of a value is not looked at. */
const MAX_NODES = 3_000
const MAX_DEPTH = 40

/**
 * Everything that can be seen of a value, as text, without running any of its code: two values have the same description when no program
 * can tell them apart by looking (within bounds), and a value that was changed has another one than before.
 *
 * @param known Objects that go by a name of their own, so that identity counts and not structure.
 */
export function describe(root: unknown, known: ReadonlyMap<unknown, string> = NONE): string {
  const seen = new Map<unknown, number>()
  let left = MAX_NODES

  const of = (value: unknown, depth: number): string => {
    switch (typeof value) {
      case 'string':
        return value.length > 200
          ? `text of ${value.length} ${JSON.stringify(value.slice(0, 99))}`
          : JSON.stringify(value)
      case 'number':
        return Object.is(value, -0) ? '-0' : `${value}`
      case 'bigint':
        return `${BigInt.asIntN(256, value)}n`
      case 'symbol':
        return value.toString()
      case 'function':
      case 'object':
        return value === null ? 'null' : object(value, depth)
      default:
        return `${value}`
    }
  }

  const object = (value: object, depth: number): string => {
    const name = known.get(value)
    if (name !== undefined) return name
    if (types.isProxy(value)) return 'proxy'
    const number = seen.get(value)
    if (number !== undefined) return `#${number}`
    if (--left < 0 || depth > MAX_DEPTH) return '…'
    seen.set(value, seen.size)
    return `${kindOf(value)}${content(value, depth)}{${properties(value, depth)}}`
  }

  const content = (value: object, depth: number): string => {
    let text = ''
    const add = (item: unknown, key: unknown) => {
      if (left > 0) text += `${of(key, depth + 1)}→${of(item, depth + 1)},`
    }
    if (types.isMap(value)) Map.prototype.forEach.call(value, add)
    if (types.isSet(value)) Set.prototype.forEach.call(value, add)
    if (types.isDate(value)) text = `${Date.prototype.getTime.call(value)}`
    if (types.isBoxedPrimitive(value)) text = of(unboxed(value), depth)
    return text === '' ? '' : `(${text})`
  }

  const properties = (value: object, depth: number): string => {
    let text = ''
    // A million indices would take a second to list.
    const length = Array.isArray(value) ? value.length : types.isTypedArray(value) ? lengthOf(value) : 0
    if (length > MAX_NODES) return `length ${length}`
    for (const key of Reflect.ownKeys(value)) {
      if (left <= 0) return `${text}…`
      // A function's own are V8's business, and `stack` is made when it is looked at.
      if (typeof value === 'function' && (key === 'prototype' || key === 'arguments' || key === 'caller')) continue
      if (key === 'stack') continue
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
      if (descriptor === undefined) continue
      text += `${String(key)}${descriptor.enumerable === true ? ':' : '~'}`
      text += `${Object.hasOwn(descriptor, 'value') ? of(descriptor.value, depth + 1) : 'accessor'},`
    }
    return text
  }

  return of(root, 0)
}

/** Not `value.length`, which a subclass may have taken over. */
const lengthOf = (value: object): number => Reflect.apply(typedArrayLength, value, []) as number
const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object
const typedArrayLength = Object.getOwnPropertyDescriptor(typedArrayPrototype, 'length')?.get as () => number

const NONE: ReadonlyMap<unknown, string> = new Map()

function kindOf(value: object): string {
  const prototype = Reflect.getPrototypeOf(value)
  if (prototype === null) return 'null-object'
  if (types.isProxy(prototype)) return 'of a proxy'
  const made = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown
  if (typeof made !== 'function' || types.isProxy(made)) return 'inheriting'
  const name = Reflect.getOwnPropertyDescriptor(made, 'name')?.value as unknown
  return typeof name === 'string' ? name : 'nameless'
}

function unboxed(value: object): unknown {
  for (const type of [Number, String, Boolean, BigInt, Symbol]) {
    try {
      return Reflect.apply(type.prototype.valueOf as () => unknown, value, [])
    } catch {
      // boxed, but of another kind
    }
  }
  return undefined
}
