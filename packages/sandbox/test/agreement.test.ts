// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CompileOptions, Evaluation } from '../src/index.ts'
import { compiled, newSandbox, scopeOf } from './evaluating.ts'

const sandbox = newSandbox()
afterAll(() => sandbox.dispose())
beforeAll(async () => {
  using expression = compiled(sandbox, 'new RegExp("a").test("a")')
  await expression.prepare()
})

const NAMES = ['a', 'b', 'c'] as const

/** The answers of the direct evaluator, of QuickJS and of V8. */
function answers(source: string, values: readonly unknown[]) {
  const run = (options: CompileOptions): Evaluation => {
    using expression = compiled(sandbox, source, options)
    return expression.bind(NAMES)(values)
  }
  return { direct: run({}), guest: run({ engine: 'quickjs' }), plain: plain(source, values) }
}

function plain(source: string, values: readonly unknown[]): Evaluation {
  try {
    return { status: 'value', value: new Function(...NAMES, `return (${source})`)(...values) }
  } catch (error) {
    return { status: 'failed', message: String(error) }
  }
}

/** An omission is no answer; whatever is one is V8's. */
function mustAgree(source: string, values: readonly unknown[]): void {
  const { direct, guest, plain: expected } = answers(source, values)
  const where = `${source} of ${String(fc.stringify(values))}`
  if (direct.status === 'exceeded' || guest.status === 'exceeded') return
  expect(guest.status, `QuickJS and direct: ${where} ${JSON.stringify([kept(direct), kept(guest)])}`).toBe(
    direct.status,
  )
  if (direct.status === 'omitted') expect(guest, where).toMatchObject({ reason: direct.reason })
  if (direct.status === 'omitted') return
  expect(direct.status, `direct and V8: ${where} ${JSON.stringify(kept(direct))}`).toBe(expected.status)
  if (direct.status !== 'value' || guest.status !== 'value' || expected.status !== 'value') return
  expect(direct.value, `direct: ${where}`).toStrictEqual(expected.value)
  expect(guest.value, `QuickJS: ${where}`).toStrictEqual(expected.value)
}

const kept = (answer: Evaluation) => (answer.status === 'value' ? fc.stringify(answer.value) : answer)

/** JavaScript leaves the last digit of a power to the engine; V8 has another one since Node 24. */
function isLastDigit(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return false
  return Math.abs(a - b) <= Math.abs(b) * Number.EPSILON
}

const AWKWARD: readonly unknown[] = [
  ...[0, -0, 1, -1, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53, 1e21, 1e-7],
  ...['', ' ', '0', '1', '-1', 'a', 'NaN', '0x10', '1n', '💥', '\ud83d', 'b\0'],
  ...[-0.5, -1.5, -(2 ** 53), -5e-324, 0n, 1n, -1n, 2n ** 64n, -(2n ** 53n), true, false, null, undefined],
  ...[[], [1, 2, 3], [undefined], ['a'], {}, { a: 1, length: 3 }, { '\0': 1, b: { c: [] } }],
]

describe('operators mean what they mean in JavaScript, for awkward operands', () => {
  const BINARY = '== != === !== < <= > >= + - * / % ** << >> >>> & | ^ in && || ??'.split(' ')
  test.each(BINARY)('a %s b', (operator) => {
    using direct = compiled(sandbox, `a ${operator} b`)
    using guest = compiled(sandbox, `a ${operator} b`, { engine: 'quickjs' })
    const [runDirect, runGuest] = [direct.bind(NAMES), guest.bind(NAMES)]
    const runPlain = new Function('a', 'b', `return a ${operator} b`)
    for (const a of AWKWARD) {
      for (const b of AWKWARD) {
        const here = `${fc.stringify(a)} ${operator} ${fc.stringify(b)}`
        const [one, two] = [runDirect([a, b]), runGuest([a, b])]
        expect(two.status, here).toBe(one.status)
        if (one.status === 'omitted' || one.status === 'exceeded') continue
        let expected: unknown
        try {
          expected = runPlain(a, b)
        } catch {
          expect(one.status, here).toBe('failed')
          continue
        }
        expect(one, here).toStrictEqual({ status: 'value', value: expected })
        if (operator === '**' && two.status === 'value' && isLastDigit(two.value, expected)) continue
        expect(two, here).toStrictEqual({ status: 'value', value: expected })
      }
    }
  })

  test.each(['-', '+', '!', '~', 'typeof', 'void'])('%s a', (operator) => {
    for (const a of AWKWARD) mustAgree(`${operator} a`, [a])
  })
})

describe('built-ins answer what V8 answers', () => {
  test.each([
    ...[
      "a.includes('b')",
      'a.indexOf("b", 1)',
      'a.slice(-2)',
      'a.at(-1)',
      'a.charAt(1)',
      'a.charCodeAt(9)',
      'a.codePointAt(0)',
    ],
    ...[
      'a.padStart(9, "xy")',
      'a.repeat(2)',
      'a.trim()',
      'a.toUpperCase()',
      'a.substring(2, 0)',
      'a.substr(-2, 1)',
      'a.concat(1, null)',
    ],
    ...[
      'a.split("")',
      'a.split(/b/)',
      'a.replace("b", "$&$&")',
      'a.replaceAll("b", x => x + x)',
      'a.match(/(?<n>b)./)',
      'a.search(/b/)',
    ],
    ...[
      '[...a]',
      'a.length',
      'a[0]',
      'a["length"]',
      'a.repeat(-1)',
      'a.normalize("x")',
      'a.lastIndexOf("b")',
      '[...a.matchAll(/./gu)].length',
    ],
    ...[
      '/b(?<n>.)?/.exec(a)',
      '/b/y.test(a)',
      '/b/g.test(a)',
      'a.match(/b/g)',
      'a.match(/b|/g)',
      'a.match(/(?:)/gu)',
      'a.match(/a/gy)',
      'a.search(/b/y)',
      'a.split(/(b)|(x)/)',
      'a.split(/(?:)/)',
      'a.split(/(?:)/u, 2)',
      'a.split(/b*/)',
      'a.split(/b/y, -1)',
      'a.split(/(b)/, 2)',
      'a.split(/^|$/)',
      '[...a.matchAll(/(?<n>b)|./g)].map(m => [m.index, m.groups.n, m[1]])',
      'a.matchAll(/b/)',
      'a.replaceAll(/b/, "")',
      'a.replace(/b(.)?/, "[$`|$&|$\'|$1|$2|$01|$10|$$|$<n>]")',
      'a.replace(/(?<n>b)(.)?/g, "<$<n>$<m>$<n$2$11$3>")',
      'a.replace(/(?<n>b)(.)?/g, (...all) => JSON.stringify(all))',
      'a.replace(/b*/g, "-")',
      'a.replace(/(?:)/gu, "-")',
      'a.replace(/b/, undefined)',
      'a.replaceAll(/b/gy, x => 1n)',
    ],
  ])('%s on text', (source) => {
    for (const a of ['', 'abc', 'abcbabc', ' b ', '💥b💥', '\ud83db']) mustAgree(source, [a])
  })

  test.each([
    ...[
      'a.includes(NaN)',
      'a.indexOf(undefined)',
      'a.lastIndexOf(2)',
      'a.lastIndexOf(2, -2)',
      'a.at(-1)',
      'a.slice(1, -1)',
      'a.join("-")',
    ],
    ...[
      'a.concat([4, [5]], 6)',
      '[...a, 9]',
      'Math.max(...a)',
      'a.map((x, i) => [i, x])',
      'a.filter(x => x)',
      'a.find(x => x > 1)',
    ],
    ...[
      'a.findLastIndex(x => x < 3)',
      'a.reduce((s, x) => s + x, 0)',
      'a.reduce((s, x) => s + x)',
      'a.toSorted()',
      'a.toSorted((x, y) => y - x)',
    ],
    ...[
      'a.toReversed()',
      'a.with(0, 7)',
      'a.flat()',
      'a.flatMap(x => [x, x])',
      'a.some(x => x === 2)',
      'a.every(x => x)',
      '[...a.entries()]',
    ],
    ...[
      'Object.keys(a)',
      'JSON.stringify(a)',
      'Array.isArray(a)',
      'a.length',
      'a[-1]',
      '"0" in a',
      'Object.hasOwn(a, 1)',
      'Array.from(a, x => x)',
    ],
  ])('%s on lists', (source) => {
    // biome-ignore lint/suspicious/noSparseArray: holes are a case.
    for (const a of [[], [1, 2, 3, 2], [, 1, , 2], [Number.NaN, undefined, null, -0], ['b', 'a', 10n]])
      mustAgree(source, [a])
  })

  test.each([
    'a.toSpliced(1, 1, 9)',
    'a.toSpliced(-1)',
    'a.toString()',
    'a.reduceRight((s, x) => s + x, "")',
    'a.findLast(x => x)',
    'a.map(String)',
    'a.map(Number)',
    'a.map(parseInt)',
    'a.filter(Boolean)',
    'a.map((x, i = 9, ...more) => [x, i, more.length])',
    'a.map(({ length = 3, ...rest } = {}) => [length, Object.keys(rest)])',
    'a.map((...all) => all.length)',
    '[a, a].map(([x, y = 1, ...z]) => [x, y, z])',
    'a.flatMap((x, i) => a.map(y => [i, y === x]))',
    'a.some((x, i, all) => all[i] !== x)',
    '[...a.keys()].concat([...a.values()])',
    'Object.fromEntries(a.entries())',
    '({ ...a, length: 1 })',
    '({ ...a, ...{ 0: 1 } })',
    'new Set(a).size',
    'new Map(a.map(x => [x, x])).size',
    'a.with(-1, 0)',
    'a.with(9, 0)',
    'a.concat(1, [2, [3]], "x")',
    'a.indexOf(a[1], -2)',
    'a.includes(undefined)',
    '[].includes(a, 1n)',
    'Array.from(a)',
    'Array.from({ length: 2, 0: a })',
    'JSON.stringify(a, null, 2)',
    'JSON.stringify({ a, b: [a], c: undefined })',
    'JSON.stringify({ a, b: 1 }, ["b"], " ")',
    '1 in a',
    'a[0.5]',
    'a["01"]',
  ])('%s on lists, sparse ones too', (source) => {
    // biome-ignore lint/suspicious/noSparseArray: holes are a case.
    for (const a of [[], [1, 2, 3, 2], [, 1, , 2], [Number.NaN, undefined, null, -0], ['b', '💥', '\ud83d']])
      mustAgree(source, [a])
  })

  test.each([
    'a.map(x => x)',
    'a.filter(x => x)',
    'a.toSorted()',
    'a.toReversed()',
    'a.slice(1)',
    'a.find(x => x)',
    'a.reduce((s, x) => s + x)',
    'a.indexOf(a.at(-1))',
    'a.lastIndexOf(a[0])',
    'a.join("-")',
    'a.toString()',
    '[...a.entries()].length',
    'a.every(x => typeof x !== "string")',
    'Object.keys(a).length',
    'a.length + a.byteLength',
    'a.flat()',
    'a.toSpliced(1)',
  ])('%s on typed arrays', (source) => {
    for (const a of [
      new Uint8Array([3, 1, 2]),
      new Float64Array([0.5, -0, Number.NaN, 0]),
      new BigInt64Array([2n, -1n]),
      new Uint8Array(),
    ])
      mustAgree(source, [a])
  })

  test.each([
    'a.split("b")',
    'a.split("")',
    'a.split("b", 1)',
    'a.split("b", 0)',
    'a.split(`zz`)',
    'a.replace("b", "<$&$$$`$\'$1>")',
    'a.replace("b", (m, i, all) => [m, i, all.length].join())',
    'a.replaceAll("b", "$&-")',
    'a.replaceAll("", "-")',
    'a.replaceAll("b", x => x + x)',
    'a.replace("", "x")',
    'a.isWellFormed()',
    'a.toWellFormed()',
    'a.normalize("NFD")',
    '[...a].map(c => c.codePointAt(0))',
    '({ ...a }).length',
    'Object.entries(a)',
    'encodeURIComponent(a.toWellFormed())',
    'JSON.stringify(a)',
    'JSON.parse(JSON.stringify({ a })).a === a',
    'a < "b" || a === `${a}`',
    'a.at(-1) + a[0] + a["length"]',
  ])('%s on text, halves of pairs too', (source) => {
    for (const a of ['', 'abc', 'abcbabc', ' b ', '💥b💥', '\ud83db', 'é\u0301b']) mustAgree(source, [a])
  })

  test('symbol keys: the value or an omission, never another value', () => {
    const key = Symbol('key')
    for (const source of [
      'a[b]',
      'b in a',
      '({ ...a })[b]',
      '({ [b]: 1 })[b]',
      'Object.hasOwn(a, b)',
      'typeof b',
      'b === c',
    ]) {
      for (const a of [{ [key]: 1 }, { other: 1 }]) {
        const { direct, guest, plain: expected } = answers(source, [a, key, key])
        expect(direct, source).toEqual(expected)
        if (guest.status === 'value') expect(guest, source).toEqual(expected)
      }
    }
  })

  test.each([
    'a < b',
    'a >= b',
    'a - b',
    '-a',
    '+a',
    'a * 1',
    'a == a',
    'a === b',
    'a.getTime() === b.getTime()',
    'new Date(a).getTime()',
    'a.toJSON()',
    'JSON.stringify([a, { b }])',
    '[a, b].map(d => d.getUTCDay())',
    '[a, b].toSorted((x, y) => x - y).length',
  ])('%s on dates, as numbers', (source) => {
    const { direct, plain: expected } = (() => {
      using expression = compiled(sandbox, source)
      const values = [new Date(5), new Date(1e12)]
      return { direct: expression.bind(NAMES)(values), plain: plain(source, values) }
    })()
    expect(direct).toEqual(expected)
  })

  test.each([
    'new Date(a).getTime()',
    'new Date(2020, 1, 29, 12).toISOString()',
    'new Date(a).getHours()',
    'new Date(a).getTimezoneOffset()',
    'new Date(a).toString()',
    'Date.UTC(2020, 1)',
    'Date.parse(a)',
    '[1, 2].map(x => new Date(x).getMilliseconds())',
    'b instanceof Date || [b].some(x => x instanceof Error)',
    'c.localeCompare("b")',
    'c.toSorted((x, y) => x.localeCompare(y))',
  ])('%s, on the live values only', (source) => {
    for (const a of ['2020-02-29T10:00:00+02:00', '29 Feb 2020', 0, 1e12, 'no date', undefined, null, true]) {
      using expression = compiled(sandbox, source)
      const values = [a, new TypeError('x'), source.includes('toSorted') ? ['b', 'ä', 'a'] : 'a']
      const direct = expression.bind(NAMES)(values)
      const expected = plain(source, values)
      expect(direct.status).toBe(expected.status)
      if (expected.status === 'value') expect(direct).toEqual(expected)
    }
  })

  test.each([
    ...[
      'a.get("k")',
      'a.has("k")',
      'a.size',
      '[...a]',
      '[...a.keys()]',
      '[...a.values()].map(v => v)',
      'Array.from(a.entries())',
    ],
  ])('%s on maps', (source) => {
    for (const a of [
      new Map(),
      new Map<unknown, unknown>([
        ['k', 1],
        [{}, -0],
        [Number.NaN, undefined],
      ]),
    ])
      mustAgree(source, [a])
  })

  test.each([
    ...[
      'Number(a)',
      'String(a)',
      'Boolean(a)',
      'parseInt(a, 16)',
      'parseFloat(a)',
      'isNaN(a)',
      'isFinite(a)',
      'Number.isInteger(a)',
    ],
    ...[
      'Math.round(a)',
      'Math.sign(a)',
      'Math.max(a, 1)',
      'BigInt(a)',
      'BigInt.asUintN(8, a)',
      'Object.is(a, -0)',
      'a.toFixed(2)',
      'a.toString(2)',
    ],
    ...['JSON.stringify(a)', 'Object.keys(a)', '`${a}`', 'Object.values(a)', 'Object.fromEntries(Object.entries(a))'],
  ])('%s on anything', (source) => {
    for (const a of AWKWARD) mustAgree(source, [a])
  })

  test.each(['a.getTime()', 'a.toISOString()', 'a.getUTCFullYear()', 'JSON.stringify(a)'])('%s on dates', (source) => {
    for (const a of [new Date(0), new Date(86_400_000.5), new Date(Number.NaN)]) mustAgree(source, [a])
  })

  test('typed arrays', () => {
    for (const a of [new Uint8Array([1, 2, 3]), new Float64Array([0.5, -0, Number.NaN]), new BigInt64Array([1n])]) {
      for (const source of ['a.length', 'a[1]', 'a[9]', 'a.includes(a[0])', 'a.at(-1)', '[...a]', 'a.join()'])
        mustAgree(source, [a])
    }
  })
})

describe('law: both evaluators agree with each other, and with V8 on plain values', () => {
  const key = fc.constantFrom('a', 'b', 'length', 'name', '0')
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<string>(...NAMES) },
    fc.constantFrom('1', '-0', '0.5', '3n', "'x'", "''", 'null', 'undefined', 'true', 'NaN', '[]', '({})', '`t`'),
  )
  const { expression } = fc.letrec<{ expression: string }>((tie) => {
    const e = tie('expression')
    return {
      expression: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        leaf,
        fc
          .tuple(
            e,
            fc
              .constantFrom('== != === !== < <= > >= + - * / % & | ^ && ||'.split(' '))
              .chain((o) => fc.constantFrom(...o)),
            e,
          )
          .map(([l, o, r]) => `(${l} ${o} ${r})`),
        fc.tuple(e, e).map(([l, r]) => `(${l} ?? ${r})`),
        fc.tuple(fc.constantFrom('!', '-', '+', '~', 'typeof ', 'void '), e).map(([o, x]) => `(${o}(${x}))`),
        fc.tuple(e, e, e).map(([t, x, y]) => `(${t} ? ${x} : ${y})`),
        fc.tuple(e, key).map(([x, k]) => `(${x})[${JSON.stringify(k)}]`),
        fc.tuple(e, key, key).map(([x, k, l]) => `(${x})?.[${JSON.stringify(k)}][${JSON.stringify(l)}]`),
        fc.tuple(e, e).map(([x, k]) => `(${x})?.[${k}]`),
        fc.tuple(e, e).map(([x, y]) => `[${x}, ...[${y}]]`),
        fc.tuple(e, e).map(([x, y]) => `({ a: ${x}, b: ${y} })`),
        fc.tuple(e, e).map(([x, y]) => `\`<\${${x}}\${${y}}>\``),
        fc
          .tuple(e, fc.constantFrom('includes', 'at', 'slice', 'concat', 'indexOf'), e)
          .map(([x, m, y]) => `(${x}).${m}(${y})`),
        fc.tuple(e, e).map(([x, y]) => `[${x}].some(p => p === ${y})`),
        fc.tuple(e, e).map(([x, y]) => `({ ...${x}, a: ${y} })`),
        fc.tuple(e, e, e).map(([x, y, z]) => `[${x}, ${y}].map((p, i = 0, q = ${z}) => ({ p, q }))`),
        fc.tuple(e, e).map(([x, y]) => `[[${x}], ${y}].map(([p = 1, ...q] = []) => [p, q])`),
        fc.tuple(e, e).map(([x, y]) => `[${x}].map(({ a, ...p }) => [a, p, ${y}])`),
        fc.tuple(e, e).map(([x, y]) => `[${x}, ${y}].reduce((p, q) => [p, q])`),
        fc.tuple(e, e).map(([x, y]) => `[${x}, ${y}].find(p => p?.a)`),
        fc.tuple(e).map(([x]) => `JSON.stringify(${x})`),
        fc.tuple(e, e).map(([x, y]) => `new Set([${x}, ${y}]).size`),
        fc.tuple(e).map(([x]) => `Object.entries(${x})`),
        fc.tuple(e, e).map(([x, y]) => `[${x}, ${y}].map(p => [p])`),
        fc.tuple(e, e).map(([x, y]) => `[${x}].filter(p => p || ${y}).length`),
      ),
    }
  })
  const plainValue = fc.oneof(
    fc.constantFrom(...AWKWARD),
    fc.jsonValue({ maxDepth: 3 }),
    fc.record({ a: fc.jsonValue({ maxDepth: 1 }), b: fc.array(fc.integer()), name: fc.string() }),
    fc.double(),
    fc.bigInt(),
  )

  test('over random expressions and values', () => {
    fc.assert(
      fc.property(expression, fc.tuple(plainValue, plainValue, plainValue), (source, values) => {
        mustAgree(source, values)
      }),
      { numRuns: Number(process.env.SANDBOX_RUNS ?? 1_000) },
    )
  })

  test('and nothing that was looked at has changed', () => {
    fc.assert(
      fc.property(expression, fc.tuple(plainValue, plainValue, plainValue), (source, values) => {
        const before = fc.stringify(values)
        answersOnly(source, values)
        expect(fc.stringify(values)).toBe(before)
      }),
      { numRuns: 200 },
    )
  })

  function answersOnly(source: string, values: readonly unknown[]): void {
    for (const options of [{}, { engine: 'quickjs' }] as const) {
      using expression = compiled(sandbox, source, options)
      expression.bind(NAMES)(values)
      expression.evaluate(scopeOf(Object.fromEntries(NAMES.map((name, i) => [name, values[i]]))))
    }
  }
})
