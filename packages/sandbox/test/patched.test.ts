// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sandbox } from '../src/index.ts'
import { compiled, newSandbox } from './evaluating.ts'

/** Every built-in may be replaced after the sandbox was made: the direct evaluator calls none of the new ones. */
let sandbox: Sandbox
beforeAll(() => {
  sandbox = newSandbox()
})
afterAll(() => sandbox.dispose())

const EXPRESSIONS = [
  'o.a + l.length + l[1]',
  '`${o.a}-${l[0]}`',
  'typeof o === "object" && "a" in o && !nothing',
  '[...l, ...m, ...s, ...t]',
  '({ ...o, b: 1, ["c"]: l })',
  '[o].map(({ a, ...rest }) => ({ a, rest }))',
  '[[1, 2]].map(([x, ...y], z = 3) => [x, y, z])',
  'JSON.parse("[1]")[0] + new Date(0).getTime',
  'big * 2n > 3',
  'nothing.x',
  'o instanceof F',
  'err.message',
  'bytes[0] + bytes.length + m.size',
  '/(a)(?<n>b)?/.exec(t).groups.n + /b/.test(t) + t.search(/b/)',
  '[...t.matchAll(/./g), ...t.match(/./g), ...t.split(/(b)/)]',
  't.replace(/(a)/g, "$1$<n>") + t.replaceAll(/b/g, (x, at) => x + at)',
]

/** Prototypes and namespaces whose every function is replaced by one that counts and then does what it did. */
const PATCHED: readonly object[] = [
  ...[Array, String, Number, Boolean, BigInt, Symbol, Date, RegExp, Map, Set, WeakMap, Object, Function, Error].flatMap(
    (type) => [type.prototype as object, type],
  ),
  ...[JSON, Math, Reflect, Object.getPrototypeOf(Uint8Array.prototype) as object],
  ...[[], new Map(), new Set(), ''].map((each) => Object.getPrototypeOf(each[Symbol.iterator]()) as object),
]

describe('no replaced built-in is called', () => {
  test.each(EXPRESSIONS)('%s', (source) => {
    using expression = compiled(sandbox, source)
    class F {}
    const run = expression.bind(['o', 'l', 'm', 's', 't', 'nothing', 'F', 'big', 'err', 'bytes'])
    const values = [
      { a: 1 },
      [1, 2],
      new Map([[1, 2]]),
      new Set([1]),
      'ab',
      null,
      F,
      5n,
      new Error('x'),
      new Uint8Array(2),
    ]
    const { answer, ran } = whilePatched(() => run(values))
    expect(ran).toEqual([])
    expect(answer).toMatchObject({ status: expect.stringMatching(/value|omitted|failed/) })
  })
})

/** What a program needs in QuickJS is compiled on its first evaluation; from then on no built-in is met by name. */
test.each([
  'o.l.some(x => x > 1) && o.t === "ab"',
  'o.l.map(x => x * 2).reduce((a, b) => a + b, 0)',
  'o.users.map(u => `${u.name}${u.age}`).join()',
  'o.users.find(u => /(?<=b)o/.test(u.name))',
])('%s in QuickJS calls no replaced built-in', async (source) => {
  using expression = compiled(sandbox, source, { engine: 'quickjs' })
  await expression.prepare()
  const run = expression.bind(['o'])
  const values = [{ l: [1, 2], t: 'ab', users: [{ name: 'bob', age: 5 }] }]
  const before = run(values)
  const { answer, ran } = whilePatched(() => run(values))
  expect(ran).toEqual([])
  expect(answer).toEqual(before)
  expect(before.status).toBe('value')
})

/** What `run` gives, and which of the replaced built-ins it has called. */
function whilePatched(run: () => unknown): { answer: unknown; ran: readonly string[] } {
  const { patch, undo, ran } = patches()
  patch()
  try {
    return { answer: run(), ran: ran() }
  } finally {
    undo()
  }
}

function patches() {
  const { defineProperty, getOwnPropertyDescriptor } = Object
  const { apply, ownKeys } = Reflect
  const counts: string[] = []
  let watching = false
  const found: { target: object; key: PropertyKey; original: PropertyDescriptor; replaced: PropertyDescriptor }[] = []
  for (const target of PATCHED) {
    for (const key of ownKeys(target)) {
      const original = getOwnPropertyDescriptor(target, key) as PropertyDescriptor
      if (typeof original.value !== 'function' || !original.configurable || key === 'constructor') continue
      const name = String(key)
      const method = original.value as (...args: unknown[]) => unknown
      const value = function (this: unknown, ...args: unknown[]) {
        if (watching) counts[counts.length] = name
        return apply(method, this, args)
      }
      found.push({ target, key, original, replaced: { ...original, value } })
    }
  }
  return {
    ran: () => counts,
    patch() {
      for (let i = 0; i < found.length; i++) {
        const { target, key, replaced } = found[i] as (typeof found)[number]
        defineProperty(target, key, replaced)
      }
      watching = true
    },
    undo() {
      watching = false
      for (let i = 0; i < found.length; i++) {
        const { target, key, original } = found[i] as (typeof found)[number]
        defineProperty(target, key, original)
      }
    },
  }
}

test('what the application matched last is still what it matched last', () => {
  const evaluations = EXPRESSIONS.map((source) =>
    compiled(newSandbox(), source).bind(['o', 'l', 'm', 's', 't', 'nothing']),
  )
  expect(/(o)n(e)/.test('none')).toBe(true)
  const before = [RegExp.$1, RegExp.$2, RegExp.lastMatch, RegExp.input, RegExp.leftContext]
  for (const run of evaluations) run([{ a: 1 }, [1, 2], new Map(), new Set(), 'ab', null])
  expect([RegExp.$1, RegExp.$2, RegExp.lastMatch, RegExp.input, RegExp.leftContext]).toEqual(before)
  expect(before).toEqual(['o', 'e', 'one', 'none', 'n'])
})

test('a class of the application that tests for itself is not asked when V8 has thrown', () => {
  using expression = compiled(sandbox, 'n.toFixed(1000)')
  const run = expression.bind(['n'])
  const test = {
    value: () => {
      throw new Error('from the application')
    },
    configurable: true,
  }
  Object.defineProperty(RangeError, Symbol.hasInstance, test)
  Object.defineProperty(Error, Symbol.hasInstance, test)
  let answer: unknown
  try {
    answer = run([1])
  } finally {
    delete (RangeError as unknown as Record<symbol, unknown>)[Symbol.hasInstance]
    delete (Error as unknown as Record<symbol, unknown>)[Symbol.hasInstance]
  }
  expect(answer).toEqual({ status: 'failed', message: expect.stringContaining('toFixed() digits') })
})
