import { exceeded, unsafe } from '../evaluate/evaluation.ts'
import { FUNCTIONS, STATICS } from '../language/built-ins.ts'
import { MAX_BIGINT_BITS, MAX_BUILT_STRING } from '../limits.ts'
import { createJson } from './json.ts'
import { append } from './lists.ts'
import type { Objects } from './objects.ts'
import { isObject, type Operators } from './operators.ts'
import type { World } from './world.ts'

export type BuiltInFunction = (args: readonly unknown[]) => unknown

/** `isNaN`, `Math.max`, `Object.keys`, …: the built-in itself, given arguments that it will not ask anything of. */
export function createFunctions(world: World, operators: Operators, objects: Objects) {
  const { intrinsics, meter } = world
  const { isProxy, apply } = intrinsics
  const json = createJson(world, objects)

  /** Where the built-in looks inside an object, that is done here instead. */
  const special: Readonly<Record<string, BuiltInFunction>> = {
    'Array.isArray': (args) => {
      if (isObject(args[0]) && isProxy(args[0])) throw unsafe('proxy')
      return intrinsics.isArray(args[0])
    },
    'Array.of': (args) => args,
    'Object.keys': (args) => copyOf(objects.keysOf(args[0], 'Object.keys')),
    'Object.values': (args) => objects.valuesOf(args[0]),
    'Object.entries': (args) => objects.entriesOf(args[0]),
    'Object.fromEntries': (args) => objects.fromEntries(args[0]),
    'Object.hasOwn': (args) => objects.hasOwn(args[0], args[1]),
    'JSON.stringify': (args) => json.stringify(args[0], args[1], args[2]),
    'JSON.parse': (args) => json.parse(args[0], args[1]),
    BigInt: (args) => {
      mustConvert(args[0])
      if (typeof args[0] === 'string' && args[0].length > MAX_BIGINT_BITS) throw exceeded('fuel')
      return apply(intrinsics.toBigInt, undefined, args)
    },
    'BigInt.asIntN': bits('BigInt.asIntN'),
    'BigInt.asUintN': bits('BigInt.asUintN'),
  }

  const copyOf = (items: readonly unknown[]) => {
    const copy: unknown[] = []
    for (let i = 0; i < items.length; i++) append(copy, items[i])
    return copy
  }

  function bits(name: string): BuiltInFunction {
    const call = intrinsics.functions.get(name)
    return (args) => {
      mustConvertFirst(args, 2)
      if (intrinsics.toNumber(args[0]) > MAX_BIGINT_BITS) throw exceeded('fuel')
      return apply(call, undefined, args)
    }
  }

  function native(name: string, readsText: boolean): BuiltInFunction {
    const target = intrinsics.functions.get(name) as (...args: unknown[]) => unknown
    if (INDIFFERENT.has(name)) return (args) => apply(target, undefined, args)
    const converted = VARIADIC.has(name) ? Number.POSITIVE_INFINITY : target.length
    const encodes = ENCODING.has(name)
    if (!readsText) {
      return (args) => {
        mustConvertFirst(args, converted)
        return apply(target, undefined, args)
      }
    }
    return (args) => {
      mustConvertFirst(args, converted)
      const text = args[0]
      if (typeof text !== 'string') return apply(target, undefined, args)
      meter.read(text.length)
      if (encodes) {
        if (text.length > MAX_BUILT_STRING) throw exceeded('bytes')
        meter.spend(text.length)
        meter.build(text.length)
      }
      return apply(target, undefined, args)
    }
  }

  function mustConvertFirst(args: readonly unknown[], count: number): void {
    for (let i = 0; i < args.length && i < count; i++) mustConvert(args[i])
  }

  function mustConvert(value: unknown): void {
    if (isObject(value)) throw unsafe('conversion of an object')
    if (typeof value === 'bigint') operators.mustBeSmall(value)
  }

  const byName = new Map<string, BuiltInFunction>()
  const byIdentity = new Map<unknown, BuiltInFunction>()
  for (const { of, name, cost } of [...FUNCTIONS, ...STATICS]) {
    const full = of === '' ? name : `${of}.${name}`
    if (full === 'Array.from') continue // takes a callback: see array-from.ts
    const call = special[full] ?? native(full, cost === 'text')
    byName.set(full, call)
    byIdentity.set(intrinsics.functions.get(full), call)
  }

  return {
    lookUp: (name: string) => byName.get(name),
    /** For a built-in that is used as a callback: `filter(Boolean)`. */
    byIdentity: byIdentity as ReadonlyMap<unknown, BuiltInFunction>,
  }
}

export type Functions = ReturnType<typeof createFunctions>

/** They never convert their arguments. */
const INDIFFERENT: ReadonlySet<string> = new Set([
  ...['Boolean', 'Object.is', 'Number.isFinite', 'Number.isInteger', 'Number.isNaN', 'Number.isSafeInteger'],
])
/** They convert all of them. */
const VARIADIC: ReadonlySet<string> = new Set([
  ...['Math.max', 'Math.min', 'Math.hypot', 'String.fromCharCode', 'String.fromCodePoint', 'Date.UTC'],
])
/** 20 ns a character and more. */
const ENCODING: ReadonlySet<string> = new Set([
  ...['encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI'],
])
