import type { Engine } from './result.ts'

/** How the cost of one use grows; `COST_CLASSES` in words. */
export type CostClass = 'constant' | 'text' | 'items' | 'callback' | 'copy'

export const COST_CLASSES: Readonly<Record<CostClass, string>> = {
  constant: 'tens of nanoseconds',
  text: 'one fuel for every 32 characters, and bytes for what is built',
  items: 'one fuel for every element, key or entry',
  callback: 'one fuel for every element and for every term of the callback, each time',
  copy: 'microseconds: a bounded copy of what is read goes into QuickJS',
}

/** A function or method that may be called. What costs a copy runs in QuickJS, the rest on the live values. */
export interface BuiltIn {
  /** `Math`, or for methods the kind of receiver: `text`, `list`. Empty for functions called by their own name. */
  of: string
  name: string
  cost: CostClass
}

type Names = Partial<Record<CostClass, string>>

function builtIns(of: string, names: Names): BuiltIn[] {
  return (Object.keys(COST_CLASSES) as CostClass[]).flatMap((cost) =>
    (names[cost]?.split(' ') ?? []).map((name) => ({ of, name, cost })),
  )
}

/** Callable by their own name. */
export const FUNCTIONS: readonly BuiltIn[] = builtIns('', {
  constant: 'Boolean isNaN isFinite',
  text: 'Number String BigInt parseInt parseFloat encodeURIComponent decodeURIComponent encodeURI decodeURI',
})

/** Callable with `new`. No `new Date()`: an answer must not depend on when it was asked. */
export const CONSTRUCTORS: readonly BuiltIn[] = builtIns('new', {
  constant: 'Date',
  items: 'Map Set',
  copy: 'RegExp',
})

/** Callable as `Namespace.name`. No `Math.random` and no `Date.now`, for the same reason. */
export const STATICS: readonly BuiltIn[] = [
  ...builtIns('Math', {
    constant:
      'abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log ' +
      'log10 log1p log2 max min pow round sign sin sinh sqrt tan tanh trunc',
  }),
  ...builtIns('Number', { constant: 'isFinite isInteger isNaN isSafeInteger', text: 'parseFloat parseInt' }),
  ...builtIns('BigInt', { constant: 'asIntN asUintN' }),
  ...builtIns('String', { constant: 'fromCharCode fromCodePoint' }),
  ...builtIns('Date', { constant: 'UTC', text: 'parse' }),
  ...builtIns('Array', { constant: 'isArray of', callback: 'from' }),
  ...builtIns('Object', { constant: 'hasOwn is', items: 'keys values entries fromEntries' }),
  ...builtIns('JSON', { text: 'parse', items: 'stringify' }),
]

/**
 * Callable on a value, by the kinds of receiver that have them. None changes its receiver. What takes a regular expression
 * runs on the live text where that is written there, in a form that `pattern.ts` parses, else in QuickJS; `split`,
 * `replace` and `replaceAll` also with a text that is written there.
 */
export const METHODS: readonly BuiltIn[] = [
  ...builtIns('text', {
    constant: 'at charAt charCodeAt codePointAt slice substr substring toString valueOf',
    text:
      'concat endsWith includes indexOf isWellFormed lastIndexOf localeCompare normalize padEnd padStart repeat ' +
      'replace replaceAll split startsWith toLowerCase toUpperCase toWellFormed trim trimEnd trimStart',
    copy: 'match matchAll search',
  }),
  ...builtIns('regular expression', { copy: 'exec test' }),
  ...builtIns('list', {
    constant: 'at',
    items: 'concat entries flat includes indexOf join keys lastIndexOf slice toReversed toSpliced toString values with',
    callback: 'every filter find findIndex findLast findLastIndex flatMap map reduce reduceRight some toSorted',
  }),
  ...builtIns('map', { constant: 'get has', items: 'entries keys values' }),
  ...builtIns('set', { constant: 'has', items: 'entries keys values' }),
  ...builtIns('date', {
    constant:
      'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset ' +
      'getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds ' +
      'toDateString toISOString toJSON toString toTimeString toUTCString valueOf',
  }),
  ...builtIns('number', { constant: 'toExponential toFixed toPrecision toString valueOf' }),
  ...builtIns('bigint', { constant: 'toString valueOf' }),
  ...builtIns('boolean', { constant: 'toString valueOf' }),
  ...builtIns('symbol', { constant: 'toString valueOf' }),
  ...builtIns('object', { constant: 'hasOwnProperty' }),
]

/** Of text, the methods that take a text or a regular expression. */
export const TEXT_FIRST: ReadonlySet<string> = new Set(['split', 'replace', 'replaceAll'])
/** Of text, the methods that a regular expression may be given to. */
export const PATTERN_FIRST: ReadonlySet<string> = new Set([...TEXT_FIRST, 'match', 'matchAll', 'search'])
/** Of a regular expression. */
export const PATTERN_METHODS: ReadonlySet<string> = new Set(['exec', 'test'])

/**
 * What QuickJS does not have, or answers otherwise: it knows no time zone and no collation, and its reader of dates
 * is another one.
 */
export const DIRECT_ONLY: ReadonlySet<string> = new Set([
  ...['new Date', 'Date.parse', 'localeCompare', 'toDateString', 'toTimeString', 'toUTCString', 'getTimezoneOffset'],
  ...['getDate', 'getDay', 'getFullYear', 'getHours', 'getMilliseconds', 'getMinutes', 'getMonth', 'getSeconds'],
])

/** What may be called, by the way it is written: `isNaN`, `Math.max`, `new Set`. */
export const CALLABLE: ReadonlyMap<string, CostClass> = new Map(
  [...FUNCTIONS, ...CONSTRUCTORS, ...STATICS].map((each) => [writtenName(each), each.cost]),
)
/** By name alone, whatever the receiver; the dearest, where several kinds have it. */
export const METHOD_COSTS: ReadonlyMap<string, CostClass> = new Map(
  (Object.keys(COST_CLASSES) as CostClass[]).flatMap((cost) =>
    METHODS.filter((each) => each.cost === cost).map((each): [string, CostClass] => [each.name, cost]),
  ),
)
export const NAMESPACES: ReadonlySet<string> = new Set(STATICS.map(({ of }) => of))

export const runsIn = (cost: CostClass): Engine => (cost === 'copy' ? 'quickjs' : 'direct')

function writtenName({ of, name }: BuiltIn): string {
  return of === '' ? name : of === 'new' ? `new ${name}` : `${of}.${name}`
}

/** Members of the language that can be read without being in scope. The application's own variables win. */
export const VALUES: ReadonlySet<string> = new Set([
  ...['undefined', 'NaN', 'Infinity', 'Object', 'Array', 'Function', 'Number', 'String', 'Boolean', 'BigInt', 'Symbol'],
  ...['Math', 'JSON', 'Date', 'RegExp', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'ArrayBuffer', 'DataView'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'URIError', 'EvalError', 'AggregateError'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ...FUNCTIONS.map(({ name }) => name),
])

/** What people reach for, and what to write instead. */
export const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['sort', 'toSorted'],
  ['reverse', 'toReversed'],
  ['splice', 'toSpliced'],
  ['fill', 'map'],
  ['forEach', 'map'],
  ['push', 'concat'],
  ['pop', 'at(-1) or slice(0, -1)'],
  ['shift', 'at(0) or slice(1)'],
  ['unshift', 'concat'],
  ['toLocaleString', 'toISOString or toFixed'],
  ['toLocaleUpperCase', 'toUpperCase'],
  ['toLocaleLowerCase', 'toLowerCase'],
  ['Math.random', 'a condition on your own data'],
  ['Date.now', 'a time of your own data: order.createdAt.getTime()'],
  ['Object.assign', '({ ...a, ...b })'],
  ['Object.getOwnPropertyNames', 'Object.keys'],
  ['new Array', '[]'],
  ['new Object', '({ })'],
])
