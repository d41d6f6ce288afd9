import { exceeded, failed, unsafe } from '../evaluate/evaluation.ts'
import { MAX_BUILT_LIST } from '../limits.ts'
import type { Callbacks } from './callback.ts'
import type { BuiltInFunction } from './functions.ts'
import type { Iterating } from './iterate.ts'
import { append } from './lists.ts'
import { isObject } from './operators.ts'
import type { Reader } from './read.ts'
import type { World } from './world.ts'

/** `Array.from(iterable or { length }, callback)`. */
export function createArrayFrom(
  { mirror, intrinsics, meter }: World,
  reader: Reader,
  iterating: Iterating,
  callbackOf: Callbacks,
): BuiltInFunction {
  return (args) => {
    const source = args[0]
    if (source === undefined || source === null) throw failed(`Array.from needs something iterable, not ${source}`)
    const make = args[1] === undefined ? undefined : callbackOf(args[1], 'Array.from')
    const items = isIterable(source) ? iterating.itemsOf(source) : elementsOf(source)
    if (make === undefined) return items
    const result: unknown[] = []
    for (let i = 0; i < items.length; i++) append(result, make(items[i], i))
    return result
  }

  function isIterable(source: unknown): boolean {
    const view = mirror.get(source, Symbol.iterator)
    if (view.status === 'unsafe') throw unsafe(view.of)
    return view.status === 'value' && view.value !== undefined && view.value !== null
  }

  /** Of anything with a length. */
  function elementsOf(source: unknown): unknown[] {
    const items: unknown[] = []
    if (!isObject(source)) return items
    const given = reader.readMember(source, 'length', 'the list')
    if (isObject(given)) throw unsafe('conversion of an object')
    if (typeof given === 'bigint' || typeof given === 'symbol') throw failed('A length is a number')
    const length = intrinsics.toNumber(given)
    if (length > MAX_BUILT_LIST) throw exceeded('fuel')
    for (let i = 0; i + 1 <= length; i++) {
      meter.spend(1)
      append(items, reader.readMember(source, `${i}`, 'the list'))
    }
    return items
  }
}
