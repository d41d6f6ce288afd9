import { exceeded, failed, redacted, unsafe } from '../evaluate/evaluation.ts'
import type { Iterating } from './iterate.ts'
import { append } from './lists.ts'
import { isObject } from './operators.ts'
import type { Reader } from './read.ts'
import type { World } from './world.ts'

/** `Object.keys`, `entries`, … and the spread of objects: own properties, read without their accessors. */
export function createObjects(world: World, { toKey, readMember }: Reader, iterating: Iterating) {
  const { mirror, intrinsics, redactor, meter, limits } = world
  const { isProxy } = intrinsics
  /** Objects that had more keys than there is fuel. */
  const wide = new WeakMap<object, boolean>()

  /** Own enumerable names, charged. */
  function keysOf(value: unknown, what: string): readonly string[] {
    if (value === undefined || value === null) throw failed(`${what} needs an object, not ${value}`)
    if (!isObject(value) && typeof value !== 'string') return []
    if (isObject(value) && isProxy(value)) throw unsafe('proxy')
    meter.spend(typeof value === 'string' ? value.length : (mirror.size(value) ?? 0))
    if (isObject(value)) mustNotBeWide(value)
    const keys = intrinsics.keys(value)
    if (isObject(value) && keys.length > limits.fuel) intrinsics.weakSet(wide, value, true)
    meter.spend(keys.length)
    return keys
  }

  /** Listing a million keys takes half a second: only the first evaluation that meets them pays for that. */
  function mustNotBeWide(object: object): void {
    if (intrinsics.weakGet(wide, object) !== true) return
    if (mirror.ownKeys(object, limits.fuel).more) throw exceeded('fuel')
    intrinsics.weakSet(wide, object, false)
  }

  function valueOf(object: unknown, key: string): unknown {
    if (redactor.hides(key)) throw redacted()
    return readMember(object, key, 'the object')
  }

  function valuesOf(object: unknown): unknown[] {
    const keys = keysOf(object, 'Object.values')
    const values: unknown[] = []
    for (let i = 0; i < keys.length; i++) append(values, valueOf(object, keys[i] as string))
    return values
  }

  function entriesOf(object: unknown): unknown[] {
    const keys = keysOf(object, 'Object.entries')
    const entries: unknown[] = []
    for (let i = 0; i < keys.length; i++) append(entries, [keys[i], valueOf(object, keys[i] as string)])
    return entries
  }

  /** First and second of each pair in something iterable. */
  function eachPair(pairs: unknown, visit: (key: unknown, value: unknown) => void): void {
    const items = iterating.itemsOf(pairs)
    for (let i = 0; i < items.length; i++) {
      const pair = items[i]
      if (!isObject(pair)) throw failed('Each entry must be an object, as in [key, value]')
      meter.spend(1)
      visit(readMember(pair, '0', 'an entry'), readMember(pair, '1', 'an entry'))
    }
  }

  function fromEntries(pairs: unknown): object {
    if (pairs === undefined || pairs === null) throw failed(`Object.fromEntries needs entries, not ${pairs}`)
    const result = {}
    eachPair(pairs, (key, value) => intrinsics.defineData(result, toKey(key), value))
    return result
  }

  /** Own enumerable properties of `source`, but those taken, become properties of `target`. */
  function spreadInto(target: object, source: unknown, taken: readonly (string | symbol)[] = []): object {
    if (source === undefined || source === null) return target
    const keys = keysOf(source, '...')
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string
      if (!includes(taken, key)) intrinsics.defineData(target, key, valueOf(source, key))
    }
    if (!isObject(source)) return target
    const symbols = intrinsics.symbols(source)
    meter.spend(symbols.length)
    for (let i = 0; i < symbols.length; i++) {
      const key = symbols[i] as symbol
      if (includes(taken, key) || !intrinsics.isEnumerable(source, key)) continue
      intrinsics.defineData(target, key, readMember(source, key, 'the object'))
    }
    return target
  }

  function hasOwn(object: unknown, key: unknown): boolean {
    if (object === undefined || object === null) throw failed(`Object.hasOwn needs an object, not ${object}`)
    const name = toKey(key)
    if (!isObject(object)) return intrinsics.hasOwn(object as object, name)
    const view = mirror.own(object, name)
    if (view.status === 'unsafe' && view.of === 'proxy') throw unsafe('proxy')
    return view.status !== 'absent'
  }

  return { keysOf, valuesOf, entriesOf, eachPair, fromEntries, spreadInto, hasOwn }
}

export type Objects = ReturnType<typeof createObjects>

function includes(keys: readonly (string | symbol)[], wanted: string | symbol): boolean {
  for (let i = 0; i < keys.length; i++) if (keys[i] === wanted) return true
  return false
}
