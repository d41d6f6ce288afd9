import { exceeded, failed, unsafe } from '../evaluate/evaluation.ts'
import { MAX_BUILT_STRING } from '../limits.ts'
import type { Callbacks } from './callback.ts'
import { HOLE, type Iterating } from './iterate.ts'
import { append, appendHole } from './lists.ts'
import { isObject, type Operators } from './operators.ts'
import type { World } from './world.ts'

export type ListMethod = (list: object, args: readonly unknown[]) => unknown

/**
 * Methods of arrays and typed arrays over live elements. Written out, because V8's own would read elements with their
 * accessors and make their results with the application's constructors. One file: they are one family with one way
 * to read an element.
 */
export function createListMethods(
  world: World,
  operators: Operators,
  iterating: Iterating,
  callbackOf: Callbacks,
): Readonly<Record<string, ListMethod>> {
  const { mirror, intrinsics, meter } = world
  const { elementAt, elementOf, lengthOf } = iterating
  const { same } = operators
  const arrayType = intrinsics.values.get('Array')

  const isTyped = (list: object) => !intrinsics.isArray(list)

  /** Visits what is there, in order or backwards; ends when `visit` says so. */
  function each(list: object, backwards: boolean, visit: (element: unknown, index: number) => boolean): void {
    const length = lengthOf(list)
    for (let i = 0; i < length; i++) {
      meter.spend(1)
      const index = backwards ? length - 1 - i : i
      const element = elementAt(list, index)
      if (element !== HOLE && visit(element, index)) return
    }
  }

  /** For the methods that see a hole as undefined. */
  function eachOrHole(list: object, backwards: boolean, visit: (element: unknown, index: number) => boolean): void {
    const length = lengthOf(list)
    for (let i = 0; i < length; i++) {
      meter.spend(1)
      const index = backwards ? length - 1 - i : i
      if (visit(elementOf(list, index), index)) return
    }
  }

  function finding(name: string, backwards: boolean, asIndex: boolean): ListMethod {
    return (list, args) => {
      const test = callbackOf(args[0], name)
      let found: unknown = asIndex ? -1 : undefined
      eachOrHole(list, backwards, (element, index) => {
        if (!test(element, index, list)) return false
        found = asIndex ? index : element
        return true
      })
      return found
    }
  }

  function folding(name: string, backwards: boolean): ListMethod {
    return (list, args) => {
      const combine = callbackOf(args[0], name)
      let empty = args.length < 2
      let result = args[1]
      each(list, backwards, (element, index) => {
        result = empty ? element : combine(result, element, index, list)
        empty = false
        return false
      })
      if (empty) throw failed(`${name}() of an empty list needs a first value`)
      return result
    }
  }

  /** All elements as a list of ours; holes as undefined. */
  function listed(list: object): unknown[] {
    const items: unknown[] = []
    eachOrHole(list, false, (element) => {
      append(items, element)
      return false
    })
    return items
  }

  /** Elements from `start` to `end`; holes stay holes. */
  function addRange(result: unknown[], list: object, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      meter.spend(1)
      const element = elementAt(list, i)
      if (element === HOLE) appendHole(result)
      else append(result, element)
    }
  }

  /** As the same kind of list: for the methods of typed arrays that make a list. */
  function alike(list: object, items: unknown[]): unknown {
    if (!isTyped(list)) return items
    const type = mirror.get(list, 'constructor')
    if (type.status !== 'value' || !intrinsics.setHas(intrinsics.typedArrayTypes, type.value)) {
      throw unsafe('subclass of a typed array')
    }
    const made = intrinsics.construct(type.value, [items.length]) as unknown[]
    for (let i = 0; i < items.length; i++) {
      if (isObject(items[i])) throw unsafe('conversion of an object')
      made[i] = items[i]
    }
    return made
  }

  /** Anything else would choose by `constructor[Symbol.species]` what is made of it. */
  function mustBePlain(list: object): void {
    if (isTyped(list)) return
    const view = mirror.get(list, 'constructor')
    if (view.status !== 'value' || view.value !== arrayType) throw unsafe('subclass of Array')
  }

  function mustBeArray(list: object, name: string): void {
    if (isTyped(list)) throw failed(`A typed array has no ${name}()`)
    mustBePlain(list)
  }

  function flatten(result: unknown[], list: object, depth: number): void {
    each(list, false, (element) => {
      if (depth >= 1 && isObject(element) && mirror.kind(element) === 'array') flatten(result, element, depth - 1)
      else if (depth >= 1 && isObject(element) && intrinsics.isProxy(element)) throw unsafe('proxy')
      else append(result, element)
      return false
    })
  }

  function sorted(list: object, compare: unknown): unknown[] {
    const items = listed(list)
    const count = items.length
    if (compare !== undefined) {
      const run = callbackOf(compare, 'toSorted')
      intrinsics.sort(items, (a, b) => intrinsics.toNumber(numeric(run(a, b))))
      return items
    }
    let text = 0
    for (let i = 0; i < count; i++) {
      const item = items[i]
      if (isObject(item)) throw unsafe('conversion of an object')
      if (typeof item === 'bigint') operators.mustBeSmall(item)
      if (typeof item === 'string') text += item.length
    }
    let rounds = 1
    while (1 << rounds < count) rounds++
    meter.spend(count * rounds)
    meter.read(text * rounds)
    if (isTyped(list)) intrinsics.sort(items, (a, b) => ascending(a as number, b as number))
    else intrinsics.sort(items)
    return items
  }

  function numeric(value: unknown): unknown {
    if (isObject(value)) throw unsafe('conversion of an object')
    if (typeof value === 'symbol' || typeof value === 'bigint')
      throw failed(`Cannot convert a ${typeof value} to a number`)
    return value
  }

  /** An argument as an index. */
  function integer(value: unknown, fallback: number): number {
    if (value === undefined) return fallback
    const number = intrinsics.toNumber(numeric(value))
    // biome-ignore lint/suspicious/noSelfCompare: NaN counts as nothing.
    return number !== number ? 0 : truncate(number)
  }

  function relative(value: unknown, length: number, fallback: number): number {
    const index = integer(value, fallback)
    return index < 0 ? larger(length + index, 0) : smaller(index, length)
  }

  function joined(list: object, between: string): string {
    const length = lengthOf(list)
    let text = ''
    for (let i = 0; i < length; i++) {
      meter.spend(1)
      const element = elementOf(list, i)
      if (i > 0) text += between
      if (element !== undefined && element !== null) text += operators.textOf(element)
      if (text.length > MAX_BUILT_STRING) throw exceeded('bytes')
    }
    meter.build(text.length)
    return text
  }

  return {
    at: (list, args) => {
      const length = lengthOf(list)
      const from = integer(args[0], 0)
      const at = from < 0 ? length + from : from
      return at < 0 || at >= length ? undefined : elementOf(list, at)
    },
    includes: (list, args) => {
      const wanted = args[0]
      const length = lengthOf(list)
      if (length === 0) return false // before anything is converted
      for (let i = relative(args[1], length, 0); i < length; i++) {
        meter.spend(1)
        const element = elementOf(list, i)
        // biome-ignore lint/suspicious/noSelfCompare: NaN is found.
        if (same(element, wanted) || (element !== element && wanted !== wanted)) return true
      }
      return false
    },
    indexOf: (list, args) => {
      const length = lengthOf(list)
      if (length === 0) return -1
      for (let i = relative(args[1], length, 0); i < length; i++) {
        meter.spend(1)
        if (same(elementAt(list, i), args[0])) return i
      }
      return -1
    },
    lastIndexOf: (list, args) => {
      const length = lengthOf(list)
      if (length === 0) return -1
      const from = args.length > 1 ? integer(args[1], 0) : length - 1
      for (let i = from < 0 ? length + from : smaller(from, length - 1); i >= 0; i--) {
        meter.spend(1)
        if (same(elementAt(list, i), args[0])) return i
      }
      return -1
    },
    join: (list, args) => joined(list, args[0] === undefined ? ',' : operators.textOf(args[0])),
    toString: (list: object) => {
      const join = mirror.get(list, 'join')
      const builtIn = join.status === 'value' && intrinsics.setHas(intrinsics.builtInMethods, join.value)
      if (!builtIn) throw unsafe('join of the application')
      return joined(list, ',')
    },
    slice: (list, args) => {
      mustBePlain(list)
      const length = lengthOf(list)
      const result: unknown[] = []
      addRange(result, list, relative(args[0], length, 0), relative(args[1], length, length))
      return alike(list, result)
    },
    concat: (list, args) => {
      mustBeArray(list, 'concat')
      const result: unknown[] = []
      addRange(result, list, 0, lengthOf(list))
      for (let i = 0; i < args.length; i++) {
        const arg = args[i]
        if (!isObject(arg)) {
          append(result, arg)
          continue
        }
        const spreadable = mirror.get(arg, Symbol.isConcatSpreadable)
        if (spreadable.status === 'unsafe') throw unsafe(spreadable.of)
        if (spreadable.status === 'value' && spreadable.value !== undefined) throw unsafe('Symbol.isConcatSpreadable')
        if (mirror.kind(arg) === 'array') addRange(result, arg, 0, lengthOf(arg))
        else append(result, arg)
      }
      return result
    },
    flat: (list, args) => {
      mustBeArray(list, 'flat')
      const result: unknown[] = []
      flatten(result, list, integer(args[0], 1))
      return result
    },
    keys: (list) => {
      const keys: unknown[] = []
      const length = lengthOf(list)
      meter.spend(length)
      for (let i = 0; i < length; i++) append(keys, i)
      return iterating.iteratorOver(keys)
    },
    values: (list) => iterating.iteratorOver(listed(list)),
    entries: (list) => {
      const entries: unknown[] = []
      eachOrHole(list, false, (element, index) => {
        append(entries, [index, element])
        return false
      })
      return iterating.iteratorOver(entries)
    },
    toReversed: (list) => {
      const items: unknown[] = []
      eachOrHole(list, true, (element) => {
        append(items, element)
        return false
      })
      return alike(list, items)
    },
    with: (list, args) => {
      const index = integer(args[0], 0)
      const length = lengthOf(list)
      const at = index < 0 ? length + index : index
      if (at < 0 || at >= length) throw failed('Invalid index : with()')
      if (isTyped(list)) mustHold(list, args[1])
      const items = listed(list)
      items[at] = args[1]
      return alike(list, items)
    },
    toSpliced: (list, args) => {
      if (isTyped(list)) throw failed('A typed array has no toSpliced()')
      const length = lengthOf(list)
      const start = relative(args[0], length, 0)
      const skip = args.length === 0 ? 0 : args.length === 1 ? length - start : integer(args[1], 0)
      const rest = start + larger(0, smaller(skip, length - start))
      const items = listed(list)
      const result: unknown[] = []
      for (let i = 0; i < start; i++) append(result, items[i])
      for (let i = 2; i < args.length; i++) append(result, args[i])
      for (let i = rest; i < length; i++) append(result, items[i])
      return result
    },
    toSorted: (list, args) => alike(list, sorted(list, args[0])),
    some: (list, args) => {
      const test = callbackOf(args[0], 'some')
      let found = false
      each(list, false, (element, index) => {
        found = !!test(element, index, list)
        return found
      })
      return found
    },
    every: (list, args) => {
      const test = callbackOf(args[0], 'every')
      let all = true
      each(list, false, (element, index) => {
        all = !!test(element, index, list)
        return !all
      })
      return all
    },
    find: finding('find', false, false),
    findIndex: finding('findIndex', false, true),
    findLast: finding('findLast', true, false),
    findLastIndex: finding('findLastIndex', true, true),
    filter: (list, args) => {
      mustBePlain(list)
      const test = callbackOf(args[0], 'filter')
      const result: unknown[] = []
      each(list, false, (element, index) => {
        if (test(element, index, list)) append(result, element)
        return false
      })
      return alike(list, result)
    },
    map: (list, args) => {
      mustBePlain(list)
      const make = callbackOf(args[0], 'map')
      const result: unknown[] = []
      const length = lengthOf(list)
      for (let i = 0; i < length; i++) {
        meter.spend(1)
        const element = elementAt(list, i)
        if (element === HOLE) appendHole(result)
        else append(result, make(element, i, list))
      }
      return alike(list, result)
    },
    flatMap: (list, args) => {
      mustBeArray(list, 'flatMap')
      const make = callbackOf(args[0], 'flatMap')
      const result: unknown[] = []
      each(list, false, (element, index) => {
        const made = make(element, index, list)
        if (isObject(made) && mirror.kind(made) === 'array') flatten(result, made, 0)
        else if (isObject(made) && intrinsics.isProxy(made)) throw unsafe('proxy')
        else append(result, made)
        return false
      })
      return result
    },
    reduce: folding('reduce', false),
    reduceRight: folding('reduceRight', true),
  }

  /** That a typed array takes this value without asking it for a number. */
  function mustHold(list: object, value: unknown): void {
    if (isObject(value)) throw unsafe('conversion of an object')
    const big = typeof elementOf(list, 0) === 'bigint'
    if (big !== (typeof value === 'bigint')) {
      if (big || typeof value === 'symbol') throw failed(`Cannot convert a ${typeof value} to a BigInt`)
      if (typeof value === 'bigint') throw failed('Cannot convert a BigInt value to a number')
    }
  }
}

const smaller = Math.min
const larger = Math.max
const truncate = Math.trunc

/** The order of numbers in a typed array: -0 before 0, NaN last. */
function ascending(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return a === 0 ? (1 / a < 0 ? -1 : 0) - (1 / b < 0 ? -1 : 0) : 0
  // biome-ignore lint/suspicious/noSelfCompare: NaN.
  return a !== a ? (b !== b ? 0 : 1) : -1
}
