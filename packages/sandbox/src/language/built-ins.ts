import type { Engine } from './result.ts'

/** Callable by their own name. */
export const FUNCTIONS: ReadonlyMap<string, Engine> = table({
  direct: 'Number String Boolean BigInt parseInt parseFloat isNaN isFinite',
})

/** Callable as `Namespace.name`. No `Math.random`: an answer must not depend on when it was asked. */
export const STATICS: ReadonlyMap<string, ReadonlyMap<string, Engine>> = new Map([
  [
    'Math',
    table({
      direct:
        'abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log ' +
        'log10 log1p log2 max min pow round sign sin sinh sqrt tan tanh trunc',
    }),
  ],
  ['Number', table({ direct: 'isFinite isInteger isNaN isSafeInteger parseFloat parseInt' })],
  ['BigInt', table({ direct: 'asIntN asUintN' })],
  ['String', table({ direct: 'fromCharCode fromCodePoint' })],
  ['Array', table({ direct: 'isArray of', quickjs: 'from' })],
  ['Object', table({ direct: 'keys hasOwn is', quickjs: 'values entries fromEntries' })],
  ['JSON', table({ quickjs: 'stringify parse' })],
])

/** Callable on a value. A name serves every kind of receiver that has it; none changes its receiver. */
export const METHODS: ReadonlyMap<string, Engine> = table({
  direct:
    // text
    'charAt charCodeAt codePointAt startsWith endsWith substring substr toLowerCase toUpperCase trim trimStart trimEnd ' +
    'padStart padEnd repeat normalize ' +
    // text and arrays
    'at concat includes indexOf lastIndexOf slice join ' +
    // numbers and other primitives
    'toFixed toPrecision toExponential toString valueOf ' +
    // maps, sets, objects
    'get has hasOwnProperty ' +
    // dates
    'getTime toISOString getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours getUTCMinutes getUTCSeconds ' +
    'getUTCMilliseconds',
  quickjs:
    'some every find findIndex findLast findLastIndex filter map flatMap flat reduce reduceRight toSorted toReversed ' +
    'with keys values entries split replace replaceAll match matchAll search test exec',
})

/** Members of the language that can be read without being in scope. The application's own variables win. */
export const VALUES: ReadonlySet<string> = new Set([
  ...['undefined', 'NaN', 'Infinity', 'Object', 'Array', 'Function', 'Number', 'String', 'Boolean', 'BigInt', 'Symbol'],
  ...['Math', 'JSON', 'Date', 'RegExp', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'ArrayBuffer', 'DataView'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'URIError', 'EvalError', 'AggregateError'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
])

/** Everything that an unbound name may be. */
export function isLanguageName(name: string): boolean {
  return VALUES.has(name) || FUNCTIONS.has(name)
}

/** What people reach for, and what to write instead. */
export const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['sort', 'toSorted'],
  ['reverse', 'toReversed'],
  ['splice', 'slice'],
  ['forEach', 'map'],
  ['push', 'concat'],
  ['unshift', 'concat'],
  ['random', 'a condition on your own data'],
])

function table(names: { direct?: string; quickjs?: string }): ReadonlyMap<string, Engine> {
  const entries: [string, Engine][] = []
  for (const engine of ['direct', 'quickjs'] as const) {
    for (const name of names[engine]?.split(' ') ?? []) entries.push([name, engine])
  }
  return new Map(entries)
}
