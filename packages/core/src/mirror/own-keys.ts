import type { Intrinsics } from './intrinsics.ts'

/**
 * Arrays, typed arrays and boxed strings longer than this have their indices counted up instead of their keys
 * enumerated, which costs 0.7 µs an element (7 s for ten million). Extra named properties of those are not looked for.
 */
export const MAX_ENUMERATED_LENGTH = 1_000
/**
 * Keys remembered of an object that has more. JavaScript cannot enumerate some of an object's keys: all of them
 * cost 0.15 µs each at ten thousand and 0.5 µs at a million. So they are enumerated once per object, not once per look.
 */
export const MAX_REMEMBERED_KEYS = 2_048

export interface KeyList {
  keys: readonly PropertyKey[]
  more: boolean
}

export interface KeyLister {
  /** Own string, then symbol keys. Not for proxies, nor for what has many indices. */
  enumerate(object: object, limit: number): KeyList
  /** The indices that exist among the first `limit` of `length`. */
  countUp(object: object, length: number, limit: number): KeyList
}

export function createKeyLister(intrinsics: Intrinsics): KeyLister {
  const { getOwnPropertyNames, getOwnPropertySymbols, hasOwn, textOf, weakGet, weakSet } = intrinsics
  const large = new WeakMap<object, readonly PropertyKey[]>()
  /** Asking for each object is a third of what its keys cost. */
  let hasLarge = false

  /** Keys known from an earlier look that still exist; undefined when most of them are gone. */
  function recall(object: object, limit: number): readonly PropertyKey[] | undefined {
    const known = weakGet(large, object) as readonly PropertyKey[] | undefined
    if (known === undefined) return undefined
    const keys: PropertyKey[] = []
    for (let i = 0; i < known.length && keys.length < limit; i++) {
      const key = known[i] as PropertyKey
      if (hasOwn(object, key)) keys[keys.length] = key
    }
    return keys.length === limit || keys.length * 2 > known.length ? keys : undefined
  }

  function enumerate(object: object, limit: number): KeyList {
    const recalled = hasLarge ? recall(object, limit) : undefined
    if (recalled !== undefined) return { keys: recalled, more: true }
    const keys: PropertyKey[] = getOwnPropertyNames(object)
    if (keys.length > MAX_REMEMBERED_KEYS) {
      weakSet(large, object, firstOf(keys, MAX_REMEMBERED_KEYS))
      hasLarge = true
    }
    const symbols = getOwnPropertySymbols(object)
    for (let i = 0; i < symbols.length; i++) keys[keys.length] = symbols[i] as symbol
    return keys.length > limit ? { keys: firstOf(keys, limit), more: true } : { keys, more: false }
  }

  function countUp(object: object, length: number, limit: number): KeyList {
    const keys: PropertyKey[] = []
    for (let i = 0; i < length && i < limit; i++) if (hasOwn(object, i)) keys[keys.length] = textOf(i)
    return { keys, more: true }
  }

  return { enumerate, countUp }
}

// Not `slice`: a prototype method may have been replaced by the application.
function firstOf(keys: readonly PropertyKey[], count: number): PropertyKey[] {
  const first: PropertyKey[] = []
  for (let i = 0; i < count && i < keys.length; i++) first[i] = keys[i] as PropertyKey
  return first
}
