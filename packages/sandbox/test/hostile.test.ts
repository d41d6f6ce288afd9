// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { types } from 'node:util'
import { runInNewContext } from 'node:vm'
import { createMirror } from '@lightrun/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox } from '../src/index.ts'
import { compiled, evaluate, newSandbox, unsafe, value } from './evaluating.ts'
import { SHAPES, traps } from './hostile-values.ts'

const sandbox = newSandbox()
afterAll(() => sandbox.dispose())
beforeAll(async () => {
  using expression = compiled(sandbox, 'new RegExp("a").test("a")')
  await expression.prepare()
})

const NAMES = ['a', 'b', 'c']

describe('no code of the application runs, whatever is asked of whatever value', () => {
  test.each(SHAPES)('%s', (source) => {
    const { ran, values } = traps()
    using expression = compiled(sandbox, source)
    const run = expression.bind(NAMES)
    for (const a of values) {
      for (const b of values) {
        const answer = run([a, b, undefined])
        expect(ran, source).toEqual([])
        expect(['value', 'omitted', 'failed', 'exceeded']).toContain(answer.status)
      }
    }
  })

  test('nor for random combinations', () => {
    const expression = fc
      .tuple(fc.constantFrom(...SHAPES), fc.constantFrom(...SHAPES), fc.constantFrom(...SHAPES))
      .map(([outer, a, b]) => outer.replace(/\b[ab]\b(?!["'\]]?:|"\)?)/g, (name) => `(${name === 'a' ? a : b})`))
      .filter((source) => sandbox.compile(source).status === 'ok')
    fc.assert(
      fc.property(expression, fc.nat(17), fc.nat(17), (source, i, j) => {
        const { ran, values } = traps()
        using run = compiled(sandbox, source)
        run.bind(NAMES)([values[i], values[j], 1])
        expect(ran).toEqual([])
      }),
      { numRuns: Number(process.env.SANDBOX_RUNS ?? 500) },
    )
  })
})

describe('what cannot be known without running code is an omission that says what stands there', () => {
  const cases: [string, unknown, string][] = [
    ['a.a', Object.defineProperty({}, 'a', { get: () => 1 }), 'accessor'],
    ['a.a', new Proxy({}, {}), 'proxy'],
    ['a.a', Object.create(new Proxy({}, {})), 'proxy'],
    ['`${a}`', {}, 'conversion of an object'],
    ['a + 1', new Date(), 'conversion of an object'],
    ['a > 1', Object.assign(new Date(), { valueOf: () => 1 }), 'conversion of a date'],
    [
      '1 instanceof a',
      Object.defineProperty(() => {}, Symbol.hasInstance, { value: () => true }),
      'Symbol.hasInstance',
    ],
    ['a.includes(1)', Object.assign([1], { includes: () => true }), 'function includes of the application'],
    ['a.filter(x => x).length', Object.assign([1], { filter: () => [] }), 'function filter of the application'],
    ['a.some(x => x)', Object.assign([1], { some: () => true }), 'function some of the application'],
    ['[...a]', { *[Symbol.iterator]() {} }, 'iterator of object'],
    ['[a].map(x => x.a)', Object.defineProperty({}, 'a', { get: () => 1 }), 'accessor'],
    [
      '[a].map(x => x["get" + "ter"])',
      new (class {
        get getter() {
          return 1
        }
      })(),
      'accessor',
    ],
    ['[a].map(x => x + 1)', { valueOf: () => 1 }, 'conversion of an object'],
    [
      'JSON.stringify(a)',
      new (class {
        toJSON() {}
      })(),
      'toJSON of the application',
    ],
    ['a.map(x => x)', new (class extends Array {})(1), 'subclass of Array'],
  ]
  test.each(cases)('%s', async (source, a, of) => {
    expect(await evaluate(sandbox, source, { a })).toEqual(unsafe(of))
  })

  test('but what is not touched does not matter', async () => {
    const a = Object.defineProperty({ b: 1 }, 'a', { get: () => 1, enumerable: true })
    expect(await evaluate(sandbox, 'a.b', { a })).toEqual(value(1))
    expect(await evaluate(sandbox, 'false && a.a', { a })).toEqual(value(false))
    expect(await evaluate(sandbox, '[a].map(x => x["b"])[0]', { a })).toEqual(value(1))
    expect(await evaluate(sandbox, '[].map(x => a.a)', { a })).toEqual(value([]))
    expect(await evaluate(sandbox, '[a].map(x => Object.keys(x))[0]', { a })).toEqual(value(['b', 'a']))
  })
})

describe('built-ins that the application replaced are neither misled by nor called', () => {
  test('a patched prototype', () => {
    const ran: string[] = []
    const { patch, undo } = patches(ran)
    const mine = createSandbox({ mirror: createMirror(types) })
    using includes = compiled(
      mine,
      'xs.includes(2) && text.startsWith("a") && [...xs, ...m].length > 1 && m.get("k") === 1',
    )
    using plain = compiled(mine, 'xs[0] + xs.length + m.size + Math.max(1, ...xs) + Object.keys(o).length + `${o.a}`')
    const names = ['xs', 'text', 'm', 'o']
    const [runIncludes, runPlain] = [includes.bind(names), plain.bind(names)]
    const values = [[1, 2], 'abc', new Map([['k', 1]]), { a: 1 }]
    patch()
    const answers = [runIncludes(values), runPlain(values)]
    undo()
    expect(ran).toEqual([])
    expect(answers[0]).toMatchObject({ status: 'omitted', reason: 'unsafe' })
    expect(answers[1]).toMatchObject({ status: 'omitted', reason: 'unsafe' })
    mine.dispose()
  })

  test('objects of another realm are read, and their methods are not taken for ours', async () => {
    const a = runInNewContext('({ list: [1, 2, 3], text: "abc", map: new Map([["k", 1]]) })') as object
    expect(await evaluate(sandbox, 'a.list[1] + a.list.length + a.map.size', { a })).toEqual(unsafe('accessor'))
    expect(await evaluate(sandbox, 'a.list[1] + a.list.length + a.text.indexOf("c")', { a })).toEqual(value(7))
    expect(await evaluate(sandbox, 'a.list.includes(1)', { a })).toEqual(unsafe('function includes of the application'))
  })
})

function patches(ran: string[]) {
  const targets: [object, PropertyKey][] = [
    [Array.prototype, 'includes'],
    [Array.prototype, 'push'],
    [Array.prototype, Symbol.iterator],
    [String.prototype, 'startsWith'],
    [Map.prototype, 'get'],
    [Map.prototype, Symbol.iterator],
    [Object, 'keys'],
    [Object, 'getOwnPropertyDescriptor'],
    [Math, 'max'],
    [Array, 'isArray'],
  ]
  const originals = targets.map(([target, key]) => Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor)
  // Nothing here may use what it replaces.
  const { defineProperty } = Object
  const { apply } = Reflect
  return {
    patch() {
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as [object, PropertyKey]
        const name = String(target[1])
        const original = originals[i]?.value as (...args: unknown[]) => unknown
        const value = function (this: unknown, ...args: unknown[]) {
          ran[ran.length] = name
          return apply(original, this, args)
        }
        defineProperty(target[0], target[1], { value, configurable: true, writable: true })
      }
    },
    undo() {
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as [object, PropertyKey]
        defineProperty(target[0], target[1], originals[i] as PropertyDescriptor)
      }
    },
  }
}
