import { failed, redacted, unsafe } from '../evaluate/evaluation.ts'
import { append } from './lists.ts'
import type { World } from './world.ts'

const ALL = Number.POSITIVE_INFINITY

/** What `elementAt` gives where there is nothing, not even on a prototype. */
export const HOLE: unique symbol = Symbol('hole')

/** Looks at the elements of collections without their iterators, which may be the application's. */
export function createIterator(world: World) {
  const { mirror, intrinsics, redactor, meter } = world
  const { getOwnPropertyDescriptor, hasOwn } = intrinsics
  /** Iterators that `keys`, `values` and `entries` have made in an evaluation, with what is left of them. */
  const made = new WeakMap<object, readonly unknown[]>()

  /** Element `index` of an array or typed array (no proxy). Hot: about 45 ns. */
  function elementAt(list: object, index: number): unknown {
    const descriptor = getOwnPropertyDescriptor(list, index)
    if (descriptor !== undefined) {
      if (hasOwn(descriptor, 'value')) return descriptor.value
      throw unsafe('accessor')
    }
    const inherited = mirror.get(list, index)
    if (inherited.status === 'unsafe') throw unsafe(inherited.of)
    return inherited.status === 'value' ? inherited.value : HOLE
  }

  /** The same with `undefined` for a hole, as most of JavaScript sees it. */
  function elementOf(list: object, index: number): unknown {
    const element = elementAt(list, index)
    return element === HOLE ? undefined : element
  }

  /** Of an array or typed array. As in JavaScript, one whose buffer was given away cannot be gone through. */
  function lengthOf(list: object): number {
    const length = mirror.size(list) ?? 0
    if (length === 0 && !intrinsics.isArray(list) && intrinsics.isDetached(list)) {
      throw failed('The buffer of the typed array is detached')
    }
    return length
  }

  /** What `[...value]` would be, or its first `limit` items. A new list, or one that is nobody's any more. */
  function itemsOf(value: unknown, limit = ALL): readonly unknown[] {
    if (typeof value === 'string') {
      mustIterateAs(value, 'string')
      return charactersOf(value, limit)
    }
    if (typeof value !== 'object' || value === null) throw failed(`${nameOf(value)} is not iterable`)
    const kind = mirror.kind(value)
    switch (kind) {
      case 'array':
      case 'typed-array':
        mustIterateAs(value, kind === 'array' ? 'array' : 'typedArray')
        return elementsOf(value, limit)
      case 'set':
        mustIterateAs(value, 'set')
        return setItems(value, limit)
      case 'map':
        mustIterateAs(value, 'map')
        return mapEntries(value, limit) as unknown as unknown[]
      default:
        return leftOf(value, limit) ?? notIterable(value, kind)
    }
  }

  function notIterable(value: object, kind: string): never {
    throw mirror.get(value, Symbol.iterator).status === 'absent'
      ? failed(`${kind === 'object' ? 'an object' : kind} is not iterable`)
      : unsafe(`iterator of ${kind}`)
  }

  function elementsOf(list: object, limit: number): unknown[] {
    const length = atMost(lengthOf(list), limit)
    meter.spend(length)
    const items: unknown[] = []
    for (let i = 0; i < length; i++) append(items, elementOf(list, i))
    return items
  }

  function charactersOf(text: string, limit: number): string[] {
    meter.spend(atMost(text.length, limit))
    const characters: string[] = []
    for (let i = 0; i < text.length && characters.length < limit; ) {
      const character = intrinsics.fromCodePoint(intrinsics.codePointAt(text, i))
      append(characters, character)
      i += character.length
    }
    return characters
  }

  function setItems(set: object, limit = ALL): readonly unknown[] {
    const size = atMost(mirror.size(set) ?? 0, limit)
    meter.spend(size)
    return mirror.setItems(set, size).items
  }

  /** A map is a record by another means: a hidden name hides its entry. */
  function mapEntries(map: object, limit = ALL): readonly (readonly [unknown, unknown])[] {
    const size = atMost(mirror.size(map) ?? 0, limit)
    meter.spend(size)
    const { entries } = mirror.mapEntries(map, size)
    for (let i = 0; i < entries.length; i++) {
      const key = entries[i]?.[0]
      if (typeof key === 'string' && redactor.hides(key)) throw redacted()
    }
    return entries
  }

  function mustIterateAs(value: unknown, kind: string): void {
    const view = mirror.get(value, Symbol.iterator)
    if (view.status !== 'value' || view.value !== intrinsics.iterators[kind]) throw unsafe('iterator')
  }

  /** An iterator as `list.keys()` gives one. Its items are taken once, as from any iterator. */
  function iteratorOver(items: readonly unknown[]): object {
    const iterator = intrinsics.iteratorOf(items)
    intrinsics.weakSet(made, iterator, items)
    return iterator
  }

  function leftOf(iterator: object, limit: number): readonly unknown[] | undefined {
    const items = intrinsics.weakGet(made, iterator) as readonly unknown[] | undefined
    if (items !== undefined) intrinsics.weakSet(made, iterator, partOf(items, limit))
    return items === undefined || items.length <= limit ? items : partOf(items, 0, limit)
  }

  return { elementAt, elementOf, lengthOf, itemsOf, setItems, mapEntries, iteratorOver }
}

export type Iterating = ReturnType<typeof createIterator>

const nameOf = (value: unknown) => (value === null ? 'null' : typeof value)
const atMost = Math.min

function partOf(items: readonly unknown[], from: number, to = items.length): unknown[] {
  const part: unknown[] = []
  for (let i = from; i < to; i++) append(part, items[i])
  return part
}
