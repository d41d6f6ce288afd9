import { exceeded, failed, unsafe } from '../evaluate/evaluation.ts'
import type { BinaryOperator, UnaryOperator } from '../language/term.ts'
import { MAX_BIGINT_BITS } from '../limits.ts'
import type { Reader } from './read.ts'
import type { Closure, World } from './world.ts'

/**
 * Operators over primitives are V8's own. An object where a primitive is needed would be asked for one (`valueOf`,
 * `toString`, `Symbol.toPrimitive`), which is application code, so that is an omission, for literals as well.
 */
export function createOperators(world: World, { toKey }: Reader) {
  const { mirror, intrinsics, meter } = world
  const { asIntN, isProxy, getPrototypeOf } = intrinsics

  function unary(operator: UnaryOperator, operand: Closure): Closure {
    switch (operator) {
      case '!':
        return (values) => !operand(values)
      case 'typeof':
        return (values) => typeof operand(values)
      case 'void':
        return (values) => void operand(values)
      case '-':
        return (values) => -(number(operand(values)) as number)
      case '+':
        return (values) => +(number(operand(values)) as number)
      case '~':
        return (values) => ~(number(operand(values)) as number)
    }
  }

  /** What V8 may convert to a number. */
  function number(value: unknown): unknown {
    if (typeof value === 'string') meter.read(value.length)
    return isObject(value) ? timeOf(value) : value
  }

  /** The time of a date whose conversion to a number is the language's own; another object's may be the application's. */
  function timeOf(value: object): number {
    if (mirror.kind(value) !== 'date') throw unsafe('conversion of an object')
    const convert = mirror.get(value, Symbol.toPrimitive)
    const valueOf = mirror.get(value, 'valueOf')
    if (convert.status !== 'value' || convert.value !== intrinsics.dateToPrimitive) throw unsafe('conversion of a date')
    if (valueOf.status !== 'value' || valueOf.value !== intrinsics.dateValueOf) throw unsafe('conversion of a date')
    return intrinsics.dateValue(value)
  }

  /** Most conditions compare with a constant: nobody is called for that. */
  function withConstant(operator: BinaryOperator, left: Closure, constant: unknown): Closure | undefined {
    if (isObject(constant) || typeof constant === 'bigint') return undefined
    if (typeof constant === 'string' && constant.length > LONG) return undefined
    if (operator === '===') return (values) => left(values) === constant
    if (operator === '!==') return (values) => left(values) !== constant
    if (typeof constant !== 'number') return undefined
    const others = binary(
      operator,
      (values) => values[0],
      () => constant,
    )
    const onOther = (value: unknown) => others([value])
    switch (operator) {
      case '<':
        return (values) => {
          const value = left(values)
          return typeof value === 'number' ? value < constant : onOther(value)
        }
      case '<=':
        return (values) => {
          const value = left(values)
          return typeof value === 'number' ? value <= constant : onOther(value)
        }
      case '>':
        return (values) => {
          const value = left(values)
          return typeof value === 'number' ? value > constant : onOther(value)
        }
      case '>=':
        return (values) => {
          const value = left(values)
          return typeof value === 'number' ? value >= constant : onOther(value)
        }
      default:
        return undefined
    }
  }

  function binary(operator: BinaryOperator, left: Closure, right: Closure): Closure {
    switch (operator) {
      case '===':
        return (values) => same(left(values), right(values))
      case '!==':
        return (values) => !same(left(values), right(values))
      case '==':
        return (values) => looselyEqual(left(values), right(values))
      case '!=':
        return (values) => !looselyEqual(left(values), right(values))
      case 'in':
        return (values) => isIn(left(values), right(values))
      case 'instanceof':
        return (values) => isInstance(left(values), right(values))
    }
    const compute = ON_PRIMITIVES[operator]
    function onOthers(a: unknown, b: unknown): unknown {
      if (operator !== '+' && (isObject(a) || isObject(b))) return onNumbers(operator, compute, number(a), number(b))
      mustBeCheap(operator, a, b)
      const result = compute(a as number, b as number)
      if (typeof result === 'string') meter.build(result.length)
      return result
    }
    return (values) => {
      const a = left(values)
      const b = right(values)
      return typeof a === 'number' && typeof b === 'number' ? compute(a, b) : onOthers(a, b)
    }
  }

  function onNumbers(
    operator: BinaryOperator,
    compute: (a: number, b: number) => unknown,
    a: unknown,
    b: unknown,
  ): unknown {
    mustBeCheap(operator, a, b)
    return compute(a as number, b as number)
  }

  /** `===`, which is charged for when texts are long. */
  function same(a: unknown, b: unknown): boolean {
    if (typeof a === 'string' && a.length > LONG && typeof b === 'string') meter.read(a.length)
    return a === b
  }

  /** Of two operands that are not both numbers: primitives, and BigInts that do not take seconds. */
  function mustBeCheap(operator: BinaryOperator, a: unknown, b: unknown): void {
    if (isObject(a) || isObject(b)) throw unsafe('conversion of an object')
    if (typeof a === 'string' && a.length > LONG) meter.read(a.length)
    if (typeof b === 'string' && b.length > LONG) meter.read(b.length)
    if (typeof a !== 'bigint' && typeof b !== 'bigint') return
    mustMix(a, b)
    if (typeof a !== 'bigint' || typeof b !== 'bigint') return
    if (operator === '<<' && b > MAX_BITS) throw exceeded('fuel')
    // Checked before V8 works: `2n ** 100_000_000n` would take seconds and megabytes.
    if (operator === '**' && a !== 0n && a !== 1n && a !== -1n && (b > MAX_BITS || bitsOf(a) * b > MAX_BITS)) {
      throw exceeded('fuel')
    }
  }

  /** Between BigInts and text, conversion and arithmetic take quadratic time. */
  function mustMix(a: unknown, b: unknown): void {
    if (typeof a === 'bigint') mustBeSmall(a)
    else if (typeof a === 'string' && a.length > MAX_BIGINT_BITS) throw exceeded('fuel')
    if (typeof b === 'bigint') mustBeSmall(b)
    else if (typeof b === 'string' && b.length > MAX_BIGINT_BITS) throw exceeded('fuel')
  }

  function looselyEqual(a: unknown, b: unknown): boolean {
    if (a === null || a === undefined) return b === null || b === undefined
    if (b === null || b === undefined) return false
    if (isObject(a) !== isObject(b)) throw unsafe('conversion of an object')
    if (typeof a === 'bigint' || typeof b === 'bigint') mustMix(a, b)
    if (typeof a === 'string' && a.length > LONG) meter.read(a.length)
    if (typeof b === 'string' && b.length > LONG) meter.read(b.length)
    // biome-ignore lint/suspicious/noDoubleEquals: it is what was asked for.
    return a == b
  }

  function isIn(key: unknown, object: unknown): boolean {
    if (!isObject(object)) throw failed(`'in' needs an object on its right, not ${nameOf(object)}`)
    const view = mirror.get(object, toKey(key))
    if (view.status === 'unsafe' && view.of === 'proxy') throw unsafe('proxy')
    return view.status !== 'absent'
  }

  function isInstance(value: unknown, type: unknown): boolean {
    if (!isObject(type)) throw failed(`'instanceof' needs a class on its right, not ${nameOf(type)}`)
    const test = mirror.get(type, Symbol.hasInstance)
    if (test.status === 'unsafe') throw unsafe(test.of)
    if (typeof type !== 'function') throw failed("'instanceof' needs a class on its right, not an object")
    if (test.status === 'absent' || test.value !== intrinsics.hasInstance) throw unsafe('Symbol.hasInstance')
    if (!isObject(value)) return false
    const view = mirror.own(type, 'prototype')
    // A bound function stands for another one, which cannot be seen.
    if (view.status !== 'value') throw unsafe('instanceof of a function without prototype')
    if (!isObject(view.value)) throw failed("'instanceof' needs a class on its right; this one has no prototype")
    for (let at: object | null = value, links = 0; at !== null; links++) {
      if (isProxy(at)) throw unsafe('proxy')
      if (links > MAX_PROTOTYPES) throw exceeded('fuel')
      at = getPrototypeOf(at)
      if (at === view.value) return true
    }
    return false
  }

  function mustBeSmall(value: bigint): void {
    if (asIntN(64, value) === value) return
    if (asIntN(MAX_BIGINT_BITS, value) !== value) throw exceeded('fuel')
    meter.spend(LARGE_BIGINT)
  }

  /** Within a factor of two, for a value that is small enough. */
  function bitsOf(value: bigint): bigint {
    let bits = 1
    while (asIntN(bits, value) !== value) bits *= 2
    return intrinsics.toBigInt(bits)
  }

  /** Text of a primitive, as in a template. */
  function textOf(value: unknown): string {
    if (typeof value === 'string') return value
    if (typeof value === 'bigint') mustBeSmall(value)
    else if (typeof value === 'symbol') throw failed('Cannot convert a Symbol value to a string')
    return intrinsics.toText(primitive(value))
  }

  return { unary, binary, withConstant, textOf, mustBeSmall, same }
}

export type Operators = ReturnType<typeof createOperators>

/** Fuel for an operation on a BigInt of more than 64 bits: up to 10 µs. */
const LARGE_BIGINT = 200
/** UTF-16 units. Comparing shorter texts costs no more than an element does. */
const LONG = 256
/** Real chains have under ten links. */
const MAX_PROTOTYPES = 200
const MAX_BITS = BigInt(MAX_BIGINT_BITS)

export function isObject(value: unknown): value is object {
  return typeof value === 'object' ? value !== null : typeof value === 'function'
}

export function primitive(value: unknown): unknown {
  if (isObject(value)) throw unsafe('conversion of an object')
  return value
}

const nameOf = (value: unknown) => (value === null ? 'null' : typeof value)

type OnPrimitives = Exclude<BinaryOperator, '===' | '!==' | '==' | '!=' | 'in' | 'instanceof'>

/** Typed for numbers; strings and BigInts go through the same operators at run time. */
const ON_PRIMITIVES: Readonly<Record<OnPrimitives, (a: number, b: number) => unknown>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
}
