import { failed, redacted, unsafe } from '../evaluate/evaluation.ts'
import { spend } from './read.ts'
import type { World } from './world.ts'

/** Looks at the elements of collections without their iterators, which may be the application's. */
export function createIterator(world: World) {
  const { mirror, intrinsics, redactor } = world

  /** Element `index` of an array or typed array; `undefined` for a hole, unless a prototype has the index. */
  function elementOf(list: object, index: number): unknown {
    const view = mirror.own(list, index)
    if (view.status === 'value') return view.value
    if (view.status === 'unsafe') throw unsafe(view.of)
    const inherited = mirror.get(list, index)
    if (inherited.status === 'unsafe') throw unsafe(inherited.of)
    return inherited.status === 'value' ? inherited.value : undefined
  }

  /** What `[...value]` would be: arrays, typed arrays, texts, sets and maps whose iterator is the built-in one. */
  function itemsOf(value: unknown): unknown[] {
    if (typeof value === 'string') {
      mustIterateAs(value, 'string')
      return charactersOf(value)
    }
    if (typeof value !== 'object' || value === null) throw failed(`${nameOf(value)} is not iterable`)
    const kind = mirror.kind(value)
    switch (kind) {
      case 'array':
      case 'typed-array':
        mustIterateAs(value, kind === 'array' ? 'array' : 'typedArray')
        return elementsOf(value)
      case 'set': {
        mustIterateAs(value, 'set')
        const size = mirror.size(value) ?? 0
        spend(world, size)
        return mirror.setItems(value, size).items as unknown[]
      }
      case 'map': {
        mustIterateAs(value, 'map')
        const size = mirror.size(value) ?? 0
        spend(world, size)
        const { entries } = mirror.mapEntries(value, size)
        for (let i = 0; i < entries.length; i++) {
          const key = entries[i]?.[0]
          if (typeof key === 'string' && redactor.hides(key)) throw redacted()
        }
        return entries as unknown as unknown[]
      }
      default:
        throw unsafe(`iterator of ${kind}`)
    }
  }

  function elementsOf(list: object): unknown[] {
    const length = mirror.size(list) ?? 0
    spend(world, length)
    const items: unknown[] = []
    for (let i = 0; i < length; i++) items[i] = elementOf(list, i)
    return items
  }

  function charactersOf(text: string): string[] {
    spend(world, text.length)
    const characters: string[] = []
    for (let i = 0; i < text.length; ) {
      const character = intrinsics.fromCodePoint(intrinsics.codePointAt(text, i))
      characters[characters.length] = character
      i += character.length
    }
    return characters
  }

  function mustIterateAs(value: unknown, kind: string): void {
    const view = mirror.get(value, Symbol.iterator)
    if (view.status !== 'value' || view.value !== intrinsics.iterators[kind]) throw unsafe('iterator')
  }

  return { elementOf, itemsOf }
}

export type Iterating = ReturnType<typeof createIterator>

const nameOf = (value: unknown) => (value === null ? 'null' : typeof value)
