import { exceeded, failed, unsafe } from '../evaluate/evaluation.ts'
import { MAX_BUILT_LIST, MAX_BUILT_STRING, MAX_SEARCH_PRODUCT } from '../limits.ts'
import { Callback, type Callbacks } from './callback.ts'
import { append } from './lists.ts'
import type { Method } from './methods.ts'
import { isObject, type Operators } from './operators.ts'
import type { PatternMethods } from './regexp/methods.ts'
import { RegularExpression } from './regexp/regular-expression.ts'
import { createExpander } from './replacement.ts'
import type { World } from './world.ts'

/** Methods of text: V8's own, with arguments that it will not ask anything of, where their time is bounded. */
export function createTextMethods(world: World, operators: Operators, callbackOf: Callbacks, patterns: PatternMethods) {
  const { intrinsics, meter } = world
  const { apply, indexOf, slice } = intrinsics
  const expanded = createExpander(world)

  function native(name: string, method: unknown, converted: number, cost: Cost): Method {
    return (self, args) => {
      if (typeof self !== 'string') throw unsafe('receiver of a text method')
      for (let i = 0; i < args.length && i < converted; i++) {
        if (isObject(args[i])) throw unsafe('conversion of an object')
      }
      if (cost !== 'constant') charge(cost, name, self, args)
      const result = apply(method, self, args)
      if (cost === 'builds') meter.build((result as string).length)
      return result
    }
  }

  function charge(cost: Cost, name: string, text: string, args: readonly unknown[]): void {
    const first = args[0]
    switch (cost) {
      case 'searches':
        if (typeof first === 'string' && text.length * first.length > MAX_SEARCH_PRODUCT) throw exceeded('fuel')
        meter.read(text.length)
        break
      case 'lengthens': {
        const count = integerOf(first)
        if ((name === 'repeat' ? text.length * count : count) > MAX_BUILT_STRING) throw exceeded('bytes')
        meter.build(name === 'repeat' ? text.length * count : count)
        break
      }
      case 'slow':
        // Unicode tables: 10-50 ns a character.
        meter.spend(text.length)
        if (typeof first === 'string') meter.spend(first.length)
        break
      default:
        meter.read(text.length)
    }
  }

  function integerOf(value: unknown): number {
    return typeof value === 'bigint' || typeof value === 'symbol' ? 0 : intrinsics.toNumber(value) || 0
  }

  /** A pattern that is text: a regular expression of the application has `Symbol.split` and the like, and runs in QuickJS. */
  function patternOf(value: unknown): string {
    if (isObject(value)) throw unsafe('conversion of an object')
    return operators.textOf(value)
  }

  function receiver(self: unknown): string {
    if (typeof self !== 'string') throw unsafe('receiver of a text method')
    return self
  }

  function find(text: string, wanted: string, from: number): number {
    meter.read(wanted.length)
    return indexOf(text, wanted, from)
  }

  function mustBeShort(text: string, wanted: string): void {
    if (text.length * wanted.length > MAX_SEARCH_PRODUCT) throw exceeded('fuel')
    meter.read(text.length)
  }

  function split(self: unknown, args: readonly unknown[]): unknown[] {
    const text = receiver(self)
    const pieces: string[] = []
    const limit = args[1] === undefined ? MAX_BUILT_LIST + 1 : intrinsics.toNumber(primitiveOf(args[1])) >>> 0
    const matcher = RegularExpression.matcherOf(args[0])
    if (matcher !== undefined) return patterns.split(matcher, text, limit)
    if (limit === 0) return pieces
    if (args[0] === undefined) return [text]
    const separator = patternOf(args[0])
    mustBeShort(text, separator)
    const add = (piece: string): boolean => {
      meter.spend(1)
      if (pieces.length >= MAX_BUILT_LIST) throw exceeded('fuel')
      append(pieces, piece)
      return pieces.length >= limit
    }
    if (separator === '') {
      for (let i = 0; i < text.length; i++) if (add(text[i] as string)) break
      return pieces
    }
    let from = 0
    for (let at = find(text, separator, 0); at !== -1; at = find(text, separator, from)) {
      if (add(slice(text, from, at))) return pieces
      from = at + separator.length
    }
    add(slice(text, from))
    return pieces
  }

  const replacing = (name: string, all: boolean): Method => {
    return (self, args) => {
      const text = receiver(self)
      const matcher = RegularExpression.matcherOf(args[0])
      if (matcher !== undefined) return patterns.replace(matcher, text, args[1], name)
      const pattern = patternOf(args[0])
      const replacer = replacerOf(args[1], name)
      mustBeShort(text, pattern)
      let result = ''
      let from = 0
      for (let at = find(text, pattern, 0); at !== -1; ) {
        meter.spend(1)
        result += slice(text, from, at) + replacer(pattern, at, text)
        if (result.length > MAX_BUILT_STRING) throw exceeded('bytes')
        from = at + pattern.length
        if (!all) break
        // An empty pattern is between all units.
        const next = pattern === '' ? at + 1 : from
        at = next > text.length ? -1 : find(text, pattern, next)
      }
      result += slice(text, from)
      meter.build(result.length)
      return result
    }
  }

  function replacerOf(value: unknown, name: string): (found: string, at: number, text: string) => string {
    if (isObject(value)) {
      if (typeof value !== 'function' && Callback.runOf(value) === undefined) throw unsafe('conversion of an object')
      const run = callbackOf(value, name)
      return (found, at, text) => operators.textOf(run(found, at, text))
    }
    const template = operators.textOf(value)
    return (found, at, text) => expanded(template, { text, at, end: at + found.length, groups: [found], names: [] })
  }

  function primitiveOf(value: unknown): unknown {
    if (isObject(value)) throw unsafe('conversion of an object')
    if (typeof value === 'symbol' || typeof value === 'bigint')
      throw failed(`Cannot convert a ${typeof value} to a number`)
    return value
  }

  function* all(): Iterable<[name: string, method: Method]> {
    for (const [name, converted, cost] of TEXT_METHODS) yield [name, native(name, methodOf(name), converted, cost)]
    yield ['split', split]
    yield ['replace', replacing('replace', false)]
    yield ['replaceAll', replacing('replaceAll', true)]
    for (const [name, method] of Object.entries(patterns.textMethods)) yield [name, method]
  }

  return all
}

type Cost = 'constant' | 'reads' | 'searches' | 'builds' | 'lengthens' | 'slow'

const ANY = Number.POSITIVE_INFINITY
/** Each with the number of arguments that it converts to primitives. */
const TEXT_METHODS: readonly (readonly [name: string, converted: number, cost: Cost])[] = [
  ['at', 1, 'constant'],
  ['charAt', 1, 'constant'],
  ['charCodeAt', 1, 'constant'],
  ['codePointAt', 1, 'constant'],
  ['slice', 2, 'constant'],
  ['substring', 2, 'constant'],
  ['substr', 2, 'constant'],
  ['toString', 0, 'constant'],
  ['valueOf', 0, 'constant'],
  ['trim', 0, 'reads'],
  ['trimStart', 0, 'reads'],
  ['trimEnd', 0, 'reads'],
  ['isWellFormed', 0, 'reads'],
  ['toWellFormed', 0, 'builds'],
  ['includes', 2, 'searches'],
  ['indexOf', 2, 'searches'],
  ['lastIndexOf', 2, 'searches'],
  ['startsWith', 2, 'searches'],
  ['endsWith', 2, 'searches'],
  ['concat', ANY, 'builds'],
  ['toLowerCase', 0, 'builds'],
  ['toUpperCase', 0, 'builds'],
  ['padStart', 2, 'lengthens'],
  ['padEnd', 2, 'lengthens'],
  ['repeat', 1, 'lengthens'],
  ['normalize', 1, 'slow'],
  ['localeCompare', 3, 'slow'],
]

function methodOf(name: string): unknown {
  return Object.getOwnPropertyDescriptor(String.prototype, name)?.value
}
