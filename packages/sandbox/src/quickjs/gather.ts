import type { World } from '../direct/world.ts'
import {
  elementsAt,
  fieldAt,
  type Kind,
  listAt,
  MIXED,
  MIXED_FALSE,
  MIXED_NULL,
  MIXED_NUMBER,
  MIXED_TEXT,
  MIXED_TRUE,
  MIXED_UNDEFINED,
  NUMBERS,
  SEPARATOR,
  STRINGS,
  TEXTS,
} from './cells.ts'
import type { Flat, List } from './flat.ts'
import { SHARED_NUMBERS } from './machine.ts'
import type { Place } from './outline.ts'

/**
 * Hot: reads what a flat program sees into the shared numbers (see `cells.ts`), 60 to 80 ns an element. Declines whatever
 * is out of the ordinary; then the values are copied as objects, which says why.
 *
 * First everything is read, and what is no number is put aside; then, when the kinds are known, texts are joined.
 */
export function createGatherer({ mirror, intrinsics, limits }: World) {
  const { isProxy, isArray, getOwnPropertyDescriptor, getPrototypeOf, prototypes } = intrinsics
  /** At the place of its number: what is no number. Filled, so that no setter of the application lies under an index. */
  const aside: unknown[] = new Array(SHARED_NUMBERS).fill(NOTHING)
  let numbers: Float64Array = new Float64Array(0)
  let left = 0
  /** Up to here the shared numbers are in use. */
  let end = 0
  let isAnyAside = false

  /** The kinds of the fields as the digits of a number, or `DECLINED`. */
  function read(flat: Flat, inputs: readonly unknown[], shared: Float64Array): number | typeof DECLINED {
    numbers = shared
    left = limits.copyValues
    end = elementsAt(flat.lists.length, flat.fields)
    let kinds = 0
    try {
      for (let i = 0; i < flat.values.length; i++) {
        const kind = readValue(flat.values[i] as Place, inputs, fieldAt(i))
        if (kind === DECLINED) return decline()
        kinds = kinds * KINDS + kind
      }
      for (let i = 0; i < flat.lists.length; i++) {
        const list = flat.lists[i] as List
        const count = readList(list, follow(list.place, inputs), listAt(i, flat.fields))
        if (count === DECLINED) return decline()
        const columns = columnsOf(list)
        for (let j = 0; j < columns; j++) {
          const start = end - (columns - j) * count
          numbers[fieldAt(list.firstField + j)] = start
          kinds = kinds * KINDS + kindOf(start, count)
        }
      }
      return left < 0 ? decline() : kinds
    } catch {
      // A module's variable that is not initialised, say.
      return decline()
    }
  }

  function decline(): typeof DECLINED {
    forget()
    return DECLINED
  }

  /** Nothing of the application is kept. */
  function forget(): void {
    if (!isAnyAside) return
    for (let i = 0; i < end; i++) aside[i] = NOTHING
    isAnyAside = false
  }

  function follow({ input, path }: Place, inputs: readonly unknown[]): unknown {
    let value = inputs[input]
    for (let i = 0; i < path.length; i++) {
      if (typeof value !== 'object' || value === null || isProxy(value)) return DECLINED
      value = memberOf(value, path[i] as string)
    }
    left -= path.length + 1
    return value
  }

  /** Of no proxy. Objects are values here that no program takes. */
  function memberOf(object: object, name: string): unknown {
    if (name === 'length' && isArray(object)) return object.length
    const descriptor = getOwnPropertyDescriptor(object, name)
    // As in `read.ts`.
    if (descriptor !== undefined) return 'get' in descriptor ? NOTHING : descriptor.value
    const view = mirror.get(object, name)
    return view.status === 'value' ? view.value : view.status === 'absent' ? undefined : NOTHING
  }

  function readValue(place: Place, inputs: readonly unknown[], at: number): Kind | typeof DECLINED {
    const value = follow(place, inputs)
    if (typeof value === 'number') {
      numbers[at] = value
      return NUMBERS
    }
    if (!isPlain(value)) return DECLINED
    putAside(at, value)
    return typeof value === 'string' ? STRINGS : MIXED
  }

  /** Its length. */
  function readList({ columns, ofPrimitives }: List, list: unknown, at: number): number | typeof DECLINED {
    if (typeof list !== 'object' || !isArray(list) || getPrototypeOf(list) !== prototypes.array) return DECLINED
    const count = list.length
    const width = ofPrimitives ? 1 : columns.length
    left -= count * (width === 0 ? 1 : width)
    // Mixed columns take two numbers more for each value.
    if (left < 0 || end + 3 * count * width > SHARED_NUMBERS) return DECLINED
    numbers[at] = count
    const start = end
    end += count * width
    for (let i = 0; i < count; i++) {
      const descriptor = getOwnPropertyDescriptor(list, i)
      if (descriptor === undefined || 'get' in descriptor) return DECLINED
      const item: unknown = descriptor.value
      if (ofPrimitives) {
        if (!put(start + i, item)) return DECLINED
        continue
      }
      if (typeof item !== 'object' || item === null || isProxy(item)) return DECLINED
      for (let j = 0; j < width; j++) {
        if (!put(start + j * count + i, memberOf(item, columns[j] as string))) return DECLINED
      }
    }
    return count
  }

  function put(at: number, value: unknown): boolean {
    if (typeof value === 'number') {
      numbers[at] = value
      return true
    }
    if (!isPlain(value)) return false
    putAside(at, value)
    return true
  }

  function putAside(at: number, value: unknown): void {
    aside[at] = value
    isAnyAside = true
  }

  function kindOf(start: number, count: number): Kind {
    if (!isAnyAside) return NUMBERS
    let texts = 0
    let others = 0
    for (let i = start; i < start + count; i++) {
      if (aside[i] === NOTHING) continue
      others++
      if (typeof aside[i] === 'string') texts++
    }
    return others === 0 ? NUMBERS : texts === count ? STRINGS : MIXED
  }

  /** After `read`: writes the rest, for `kinds`. The texts, or undefined when they are too long. */
  function write(flat: Flat, kinds: readonly Kind[], shared: Float64Array): string | undefined {
    numbers = shared
    let text = ''
    let texts = 0

    function writeText(value: string): number {
      text += value
      text += SEPARATOR
      return texts++
    }

    function writeMixed(at: number, from: number): void {
      const value = aside[from]
      const number = numbers[from] as number
      numbers[at] = codeOf(value)
      numbers[at + 1] = value === NOTHING ? number : typeof value === 'string' ? writeText(value) : 0
    }

    for (let i = 0; i < flat.values.length; i++) {
      const at = fieldAt(i)
      if (kinds[i] === STRINGS) numbers[at] = writeText(aside[at] as string)
      else if (kinds[i] === MIXED) writeMixed(at, at)
    }
    for (let i = 0; i < flat.lists.length; i++) {
      const list = flat.lists[i] as List
      const count = numbers[listAt(i, flat.fields)] as number
      const columns = columnsOf(list)
      for (let j = 0; j < columns; j++) {
        const field = list.firstField + j
        const start = numbers[fieldAt(field)] as number
        if (kinds[field] === STRINGS) {
          numbers[fieldAt(field)] = texts
          for (let k = start; k < start + count; k++) writeText(aside[k] as string)
        } else if (kinds[field] === MIXED) {
          numbers[fieldAt(field)] = end
          for (let k = start; k < start + count; k++, end += 2) writeMixed(end, k)
        }
      }
    }
    numbers[TEXTS] = texts
    forget()
    return text.length - texts > limits.copyLength ? undefined : text
  }

  return { read, write }
}

/** What `read` answers when the values have to be copied. No number of kinds, and no value of the application. */
export const DECLINED: unique symbol = Symbol('declined')
const KINDS = 3
const NOTHING = Symbol('nothing')

const columnsOf = ({ ofPrimitives, columns }: List): number => (ofPrimitives ? 1 : columns.length)

/** The digits of what `read` answers. */
export function kindsOf(kinds: number, fields: number): Kind[] {
  const found: Kind[] = []
  for (let i = 0, rest = kinds; i < fields; i++, rest = (rest - (rest % KINDS)) / KINDS)
    found.unshift((rest % KINDS) as Kind)
  return found
}

/** A value that crosses. */
function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined
}

function codeOf(value: unknown): number {
  if (value === NOTHING) return MIXED_NUMBER
  if (typeof value === 'string') return MIXED_TEXT
  if (typeof value === 'boolean') return value ? MIXED_TRUE : MIXED_FALSE
  return value === null ? MIXED_NULL : MIXED_UNDEFINED
}
