// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is made.
import { type BuiltIn, CONSTRUCTORS, FUNCTIONS, METHODS, STATICS, VALUES } from '../src/language/built-ins.ts'
import { BINARY_OPERATORS, UNARY_OPERATORS } from '../src/language/term.ts'
import type { Random } from './random.ts'

/** The variables of every expression. */
export const NAMES = ['a', 'b', 'c'] as const

/** What a part is meant to be, so that most calls meet a receiver that has the method. */
type Kind = 'any' | 'number' | 'text' | 'list' | 'object' | 'boolean' | 'regexp'

const namesOf = (builtIns: readonly BuiltIn[]) => builtIns.map(({ name }) => name)
const METHOD_NAMES: readonly string[] = [...new Set(namesOf(METHODS))]
const methodsOf = (...receivers: readonly string[]) => namesOf(METHODS.filter(({ of }) => receivers.includes(of)))
/** By receiver: whatever the language allows, so that a built-in that is added is fuzzed from then on. */
const METHODS_OF: Readonly<Record<Exclude<Kind, 'any'>, readonly string[]>> = {
  number: methodsOf('number', 'bigint'),
  text: methodsOf('text'),
  list: methodsOf('list'),
  object: methodsOf('map', 'set', 'date', 'object'),
  boolean: methodsOf('boolean', 'symbol'),
  regexp: methodsOf('regular expression'),
}
const OTHER_STATICS = STATICS.filter(({ of }) => of !== 'Math')
const CALLABLE: readonly string[] = [
  ...namesOf(FUNCTIONS),
  ...CONSTRUCTORS.map(({ name }) => `new ${name}`),
  // `Math` has as many as all the others, and is less likely to go wrong.
  ...[...STATICS, ...OTHER_STATICS, ...OTHER_STATICS].map(({ of, name }) => `${of}.${name}`),
]
const TAKES_CALLBACK: ReadonlySet<string> = new Set([
  ...namesOf(METHODS.filter(({ cost }) => cost === 'callback')),
  ...['replace', 'replaceAll'],
])

const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '7',
  '10',
  '-1',
  '0.5',
  '1e21',
  '-0',
  'NaN',
  'Infinity',
  '2**31',
  '2**53',
  '1e9',
  '4294967295',
]
const BIGINTS = ['0n', '1n', '-1n', '7n', '2n**64n', '123456789012345678901234567890n']
const TEXTS = [
  "''",
  "'a'",
  "'b'",
  "' '",
  "'0'",
  "'1.5'",
  "'1n'",
  "'ab,c'",
  "'a\\u0000'",
  "'💥'",
  "'\\ud83d'",
  "'ß'",
  "'İ'",
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaX'",
]
/** Keys that values have, or that have a meaning to somebody. */
const KEYS = [
  ...[
    'a',
    'b',
    'c',
    'length',
    'size',
    'name',
    'secret',
    '0',
    '1',
    '-1',
    'items',
    'deep',
    'lastIndex',
    'source',
    'flags',
  ],
  ...[
    'constructor',
    'prototype',
    'stack',
    'then',
    'toString',
    'valueOf',
    'toJSON',
    'get',
    'index',
    'groups',
    'message',
  ],
  ...['caller', 'arguments', 'byteLength', 'buffer', 'description', '', '\\0', 'cause'],
]
const PATTERNS = [
  ...[
    'a',
    '^a+$',
    '(a+)+$',
    '^(a|a)*$',
    '(?<n>.)b',
    '\\d{2,}',
    '[^]',
    '(?=a)',
    '(?<!a)b',
    '\\bb\\b',
    '(.)\\1',
    '',
    '.*',
  ],
  ...[
    '[\\w-]+@[\\w.]+',
    '(?:x?){9}',
    '\\u{1f4a5}',
    '\\p{L}',
    '[a-z&&[b]]',
    '$^',
    '(a)|(b)',
    '((a)|(b))*',
    'ß',
    '[^\\s\\S]',
  ],
]
const FLAGS = ['', '', '', 'g', 'i', 'u', 'y', 'gu', 'is', 'm', 'd', 'v', 'gy']

/** Expressions that are mostly allowed and mostly mean something. */
export function createExpressions(random: Random) {
  const { pick, below, oneIn } = random
  let parameters: string[] = []

  const make = (kind: Kind, depth: number): string => {
    if (depth <= 0) return leaf(kind)
    switch (kind) {
      case 'number':
        return number(depth)
      case 'text':
        return text(depth)
      case 'list':
        return list(depth)
      case 'object':
        return object(depth)
      case 'boolean':
        return boolean(depth)
      case 'regexp':
        return oneIn(4) ? variable() : regexp()
      case 'any':
        return any(depth)
    }
  }

  const any = (depth: number): string => {
    switch (below(16)) {
      case 0:
      case 1:
        return number(depth)
      case 2:
      case 3:
        return text(depth)
      case 4:
      case 5:
        return list(depth)
      case 6:
        return object(depth)
      case 7:
      case 8:
        return boolean(depth)
      case 9:
        return member(make('any', depth - 1), depth)
      case 10:
        return call(depth)
      case 11:
        return method(pick(['number', 'text', 'list', 'object', 'boolean', 'regexp']), depth)
      case 12:
        return `(${make('boolean', depth - 1)} ? ${make('any', depth - 1)} : ${make('any', depth - 1)})`
      case 13:
        return `(${make('any', depth - 1)} ${pick(['&&', '||', '??'])} ${make('any', depth - 1)})`
      case 14:
        return method('any', depth)
      default:
        return leaf('any')
    }
  }

  const leaf = (kind: Kind): string => {
    if (oneIn(2)) return variable()
    switch (kind) {
      case 'number':
        return oneIn(5) ? pick(BIGINTS) : pick(NUMBERS)
      case 'text':
        return pick(TEXTS)
      case 'list':
        return pick(['[]', '[1, 2, 3]', "['a', , 'b']", '[[1, [2]], [3]]', '[NaN, undefined, null]', "['a', 'a']"])
      case 'object':
        return pick(['({})', "({ a: 1, b: 'x' })", '({ length: 2, 0: 1 })', "({ secret: 's' })"])
      case 'boolean':
        return pick(['true', 'false'])
      case 'regexp':
        return regexp()
      case 'any':
        return oneIn(6) ? pick([...VALUES]) : leaf(pick(['number', 'text', 'list', 'object', 'boolean']))
    }
  }

  const variable = () => (parameters.length > 0 && !oneIn(3) ? pick(parameters) : oneIn(40) ? 'this' : pick(NAMES))

  const number = (depth: number): string => {
    if (oneIn(3)) return method('text', depth, ['indexOf', 'lastIndexOf', 'charCodeAt', 'codePointAt', 'search'])
    if (oneIn(3)) return `${pick(CALLABLE)}(${make('number', depth - 1)}, ${make('number', depth - 1)})`
    const operator = pick(BINARY_OPERATORS.filter((each) => !/[a-z]/.test(each)))
    return oneIn(4)
      ? `(${pick(UNARY_OPERATORS)} (${make('any', depth - 1)}))`
      : `((${make('number', depth - 1)}) ${operator} (${make('number', depth - 1)}))`
  }

  const text = (depth: number): string => {
    if (oneIn(4)) return `\`${pick(['', 'x', '\\n'])}\${${make('any', depth - 1)}}\${${make('text', depth - 1)}}\``
    if (oneIn(4)) return `JSON.stringify(${make('any', depth - 1)})`
    return oneIn(3) ? `((${make('text', depth - 1)}) + (${make('any', depth - 1)}))` : method('text', depth)
  }

  const list = (depth: number): string => {
    if (oneIn(4)) return `[${items(depth)}]`
    if (oneIn(5)) return `Object.${pick(['keys', 'values', 'entries'])}(${make('object', depth - 1)})`
    if (oneIn(8)) return `Array.from(${make('any', depth - 1)}${oneIn(2) ? '' : `, ${arrow(depth, 2)}`})`
    return method('list', depth)
  }

  const object = (depth: number): string => {
    if (oneIn(3)) return member(variable(), depth)
    const count = below(4)
    let properties = ''
    for (let i = 0; i < count; i++) {
      if (oneIn(5)) {
        properties += `...${make('object', depth - 1)},`
        continue
      }
      const key = oneIn(4) ? `[${make('any', depth - 1)}]` : JSON.stringify(pick(KEYS).replace('\\0', '\0'))
      properties += `${key}: ${make('any', depth - 1)},`
    }
    if (oneIn(8)) return `${pick(['Object.fromEntries', 'new Map', 'new Set', 'new Date'])}(${make('list', depth - 1)})`
    return `({ ${properties} })`
  }

  const boolean = (depth: number): string => {
    if (oneIn(5)) return method('regexp', depth)
    if (oneIn(5)) return `(!(${make('any', depth - 1)}))`
    if (oneIn(4)) return method('list', depth, ['includes', 'some', 'every'])
    return `((${make('any', depth - 1)}) ${pick(BINARY_OPERATORS)} (${make('any', depth - 1)}))`
  }

  const regexp = () => `/${pick(PATTERNS) || '(?:)'}/${pick(FLAGS)}`

  const member = (of: string, depth: number): string => {
    const chain = oneIn(3) ? '?.' : ''
    if (oneIn(4)) return `(${of})${chain}[${make('any', depth - 1)}]`
    return `(${of})${chain}[${JSON.stringify(pick(KEYS).replace('\\0', '\0'))}]`
  }

  const call = (depth: number): string =>
    `${oneIn(40) ? pick(['eval', 'Function', 'fetch']) : pick(CALLABLE)}(${items(depth)})`

  const method = (kind: Kind, depth: number, names?: readonly string[]): string => {
    const known = (names ?? (kind === 'any' ? METHOD_NAMES : METHODS_OF[kind])).filter((each) =>
      METHOD_NAMES.includes(each),
    )
    const name = known.length === 0 ? pick(METHOD_NAMES) : pick(known)
    const receiver = make(kind, depth - 1)
    const optional = oneIn(6) ? '?.' : '.'
    return `(${receiver})${optional}${name}${oneIn(20) ? '?.' : ''}(${argumentsFor(name, depth)})`
  }

  const argumentsFor = (name: string, depth: number): string => {
    if (!TAKES_CALLBACK.has(name) || oneIn(8)) return items(depth)
    if (name.startsWith('reduce')) return arrow(depth, 4) + (oneIn(4) ? '' : `, ${make('any', depth - 1)}`)
    if (name.startsWith('replace')) {
      return `${oneIn(2) ? regexp() : make('text', depth - 1)}, ${oneIn(2) ? make('text', depth - 1) : arrow(depth, 3)}`
    }
    return arrow(depth, name === 'toSorted' ? 2 : 3)
  }

  const items = (depth: number): string => {
    let made = ''
    for (let count = below(4); count > 0; count--) made += `${oneIn(8) ? '...' : ''}${make('any', depth - 1)},`
    return made
  }

  const arrow = (depth: number, most: number): string => {
    const outer = parameters
    const patterns: string[] = []
    for (let count = below(most + 1); count > 0; count--) {
      const name = `p${parameters.length}`
      // A default sees the parameters before it.
      patterns.push(pattern(name, count === 1 ? () => make('any', Math.min(depth - 1, 1)) : undefined))
      parameters = [...parameters, name]
    }
    const body = make('any', depth - 1)
    parameters = outer
    return `(${patterns.join()}) => (${body})`
  }

  const pattern = (name: string, last: (() => string) | undefined): string => {
    switch (below(12)) {
      case 0:
      case 1:
        return `{ ${pick(['a', 'b', 'length', 'name', 'secret'])}: ${name} }`
      case 2:
        return `[${name}]`
      case 3:
        return `{ a: { b: ${name} } }`
      case 4:
        return last === undefined ? `[, ${name}]` : `${name} = ${last()}`
      case 5:
        return last === undefined ? name : `...${name}`
      case 6:
        return last === undefined ? `{ ...${name} }` : `[, ...${name}]`
      case 7:
        return `{ a: ${name} = 1 }`
      default:
        return name
    }
  }

  return { next: () => make('any', 1 + below(4)) }
}
