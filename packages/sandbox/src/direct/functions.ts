import { exceeded, failed, redacted, unsafe } from '../evaluate/evaluation.ts'
import { MAX_BIGINT_BITS } from '../limits.ts'
import { isObject, type Operators } from './operators.ts'
import { type Reader, spend } from './read.ts'
import type { World } from './world.ts'

export type BuiltInFunction = (args: readonly unknown[]) => unknown

/** `isNaN`, `Math.max`, `Object.keys`, …: the built-in itself, given arguments that it will not ask anything of. */
export function createFunctions(world: World, { toKey }: Reader, { mustBeSmall }: Operators) {
  const { mirror, intrinsics } = world
  const { isProxy, apply } = intrinsics

  const native = (name: string): BuiltInFunction => {
    const target = intrinsics.functions.get(name)
    return (args) => apply(target, undefined, args)
  }

  /** Where the built-in looks inside an object, that is done here instead. */
  const special: Readonly<Record<string, BuiltInFunction>> = {
    'Array.isArray': (args) => {
      if (isObject(args[0]) && isProxy(args[0])) throw unsafe('proxy')
      return intrinsics.isArray(args[0])
    },
    'Array.of': (args) => args,
    'Object.keys': (args) => keysOf(args[0]),
    'Object.hasOwn': (args) => hasOwn(args[0], args[1]),
    'BigInt.asIntN': bits('BigInt.asIntN'),
    'BigInt.asUintN': bits('BigInt.asUintN'),
  }
  /** They never convert their arguments. */
  const indifferent = ['Boolean', 'Object.is', 'Number.isFinite', 'Number.isInteger', 'Number.isNaN']
  indifferent.push('Number.isSafeInteger')

  function lookUp(name: string): BuiltInFunction {
    const own = special[name]
    if (own !== undefined) return own
    const call = native(name)
    if (indifferent.includes(name)) return call
    return (args) => {
      mustConvertAll(args)
      return call(args)
    }
  }

  function mustConvertAll(args: readonly unknown[]): void {
    for (let i = 0; i < args.length; i++) mustConvert(args[i])
  }

  function mustConvert(value: unknown): void {
    if (isObject(value)) throw unsafe('conversion of an object')
    if (typeof value === 'bigint') mustBeSmall(value)
  }

  function bits(name: string): BuiltInFunction {
    const call = native(name)
    return (args) => {
      mustConvertAll(args)
      if (intrinsics.toNumber(args[0]) > MAX_BIGINT_BITS) throw exceeded('fuel')
      return call(args)
    }
  }

  function keysOf(value: unknown): readonly string[] {
    if (value === undefined || value === null) throw failed(`Object.keys needs an object, not ${value}`)
    if (!isObject(value) && typeof value !== 'string') return []
    if (isObject(value) && isProxy(value)) throw unsafe('proxy')
    spend(world, typeof value === 'string' ? value.length : (mirror.size(value) ?? 0))
    const keys = intrinsics.keys(value)
    spend(world, keys.length)
    return keys
  }

  function hasOwn(object: unknown, key: unknown): boolean {
    if (object === undefined || object === null) throw failed(`Object.hasOwn needs an object, not ${object}`)
    const name = toKey(key)
    if (!isObject(object)) return intrinsics.hasOwn(object as object, name)
    const view = mirror.own(object, name)
    if (view.status === 'unsafe' && view.of === 'proxy') throw unsafe('proxy')
    return view.status !== 'absent'
  }

  return { lookUp, hasOwn, redactKey }

  /** A map is a record by another means: a hidden name hides its entry. */
  function redactKey(key: unknown): void {
    if (typeof key === 'string' && world.redactor.hides(key)) throw redacted()
  }
}

export type Functions = ReturnType<typeof createFunctions>
