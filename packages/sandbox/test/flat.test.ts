// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sandbox } from '../src/index.ts'
import { compiled, loadedSandbox, unsafe, value } from './evaluating.ts'

/** Flat: values and lists that go into QuickJS as numbers and one joined text; what is out of the ordinary goes as objects. */
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await loadedSandbox()
})
afterAll(() => sandbox.dispose())

async function inQuickJs(source: string, names: readonly string[]) {
  const expression = compiled(sandbox, source, { engine: 'quickjs' })
  await expression.prepare()
  return expression.bind(names)
}

describe('texts arrive as they are', () => {
  const texts = {
    'none at all': '',
    'what joins texts': '\u0001',
    'what ends a text in C': 'a\u0000b',
    both: 'a\u0001b\u0000',
    'letters of three bytes': 'ありがとう',
    'a pair of surrogates': '💥',
    'halves of pairs': '\udca5\ud83d',
    'a mark that decoders cut off': '\ufeffx',
    'more than there is room for': 'ж'.repeat(40_000),
    'what JSON escapes': '"\\\n\u2028',
  }
  test.each(Object.entries(texts))('%s', async (_name, text) => {
    const whole = await inQuickJs('[text, text.length, text === other]', ['text', 'other'])
    expect(whole([text, text])).toEqual(value([text, text.length, true]))
    const items = ['before', text, 'after'].map((sku) => ({ sku }))
    const inList = await inQuickJs('items.map(i => i.sku)', ['items'])
    expect(inList([items])).toEqual(value(items.map(({ sku }) => sku)))
    const themselves = await inQuickJs('texts.map(t => t)', ['texts'])
    expect(themselves([[text, 'x', text]])).toEqual(value([text, 'x', text]))
  })
})

describe('values arrive as they are', () => {
  const values = [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, true, false, null, undefined, '', 'x', 5n]
  test('alone, in a member, in a list, as members of a list, of any mixture of kinds', async () => {
    const run = await inQuickJs(
      '[a, o.a, xs.map(x => x), os.map(i => i.a), os.map(({ a, b }, n) => [n, a, typeof b])]',
      ['a', 'o', 'xs', 'os'],
    )
    for (const a of values) {
      for (const b of values) {
        const os = [{ a, b }, { a: b, b: a }, { b }]
        const expected = [a, a, [a, b], [a, b, undefined], os.map((i, n) => [n, i.a, typeof i.b])]
        expect(run([a, { a }, [a, b], os])).toEqual(value(expected))
      }
    }
  })

  test('a value is not its member without a name', async () => {
    const run = await inQuickJs('b ? a : a[""]', ['a', 'b'])
    expect(run([{ '': 2 }, false])).toEqual(value(2))
    expect(run([undefined, false])).toMatchObject({ status: 'failed' })
  })

  test('more kinds than there are programs for', async () => {
    const run = await inQuickJs('[a, b, c].map(x => typeof x + x).join()', ['a', 'b', 'c'])
    for (let round = 0; round < 2; round++) {
      for (const a of [1, 'x', null]) {
        for (const b of [2, 'y', true]) {
          for (const c of [3, 'z', undefined]) {
            expect(run([a, b, c])).toEqual(value([a, b, c].map((x) => typeof x + x).join()))
          }
        }
      }
    }
  })
})

describe('an evaluation sees nothing of the one before', () => {
  test('a shorter list, an empty one, one of another kind', async () => {
    const run = await inQuickJs('[xs.map(x => x.a), xs.some(x => x.a === 7), ys.map(y => y)]', ['xs', 'ys'])
    for (const xs of [[7, 7, 7], [1], [], ['a', 'b'], [null], [2, 'c']]) {
      for (const ys of [['secret', 'secret'], [], [1], ['t']]) {
        expect(run([xs.map((a) => ({ a })), ys])).toEqual(value([xs, xs.some((a) => a === 7), ys]))
      }
    }
  })

  test('nor a regular expression, nor what it has found', async () => {
    const run = await inQuickJs('xs.map(x => /(?<=a)(b)?c/.exec(x)?.[1])', ['xs'])
    for (let round = 0; round < 3; round++) {
      expect(run([['abc', 'ac', 'c', 'abc']])).toEqual(value(['b', undefined, undefined, 'b']))
      expect(run([['aabc', 'xac']])).toEqual(value(['b', undefined]))
    }
    const global = await inQuickJs('xs.map(x => /b/g.test(x))', ['xs'])
    expect(global([['b', 'b', 'b']])).toEqual(value([true, true, true]))
  })
})

describe('what is out of the ordinary is told as before', () => {
  let ran = 0
  const told = () => ++ran
  const proxy = new Proxy({ a: 2 }, { get: told, has: () => told() > 0 })
  const source = 'xs.some(x => x.a > 1)'
  test.each<[string, unknown[], object]>([
    ['a hole, which is skipped', Object.assign(Array(3), { 0: { a: 0 }, 2: { a: 0 } }), value(false)],
    [
      'an accessor',
      [
        {
          get a() {
            return told()
          },
        },
      ],
      unsafe('accessor'),
    ],
    [
      'an accessor in a prototype',
      [
        Object.create({
          get a() {
            return told()
          },
        }),
      ],
      unsafe('accessor'),
    ],
    ['data in a prototype', [Object.create({ a: 2 })], value(true)],
    ['a proxy', [proxy], unsafe('proxy')],
    ['no object', [null], expect.objectContaining({ status: 'failed' })],
    ['a BigInt', [{ a: 2n }], value(true)],
    ['an object in its place', [{ a: { valueOf: told } }], expect.objectContaining({ status: 'omitted' })],
  ])('%s', async (_name, xs, expected) => {
    const run = await inQuickJs(source, ['xs'])
    expect(run([[{ a: 1 }]])).toEqual(value(false))
    expect(run([xs])).toEqual(expected)
    expect(run([[{ a: 2 }]])).toEqual(value(true))
    expect(ran).toBe(0)
  })

  test('values that are never flat, and then are', async () => {
    const run = await inQuickJs('o.a === 1', ['o'])
    for (let i = 0; i < 200; i++) expect(run([{ a: {} }])).toEqual(value(false))
    for (let i = 0; i < 200; i++) expect(run([{ a: i }])).toEqual(value(i === 1))
  })

  test('lists that are longer than what is shared', async () => {
    const run = await inQuickJs('[xs.length, xs.reduce((sum, x) => sum + x.a, 0)]', ['xs'])
    for (const count of [0, 1, 2_700, 2_800, 4_000]) {
      const xs = Array.from({ length: count }, (_, a) => ({ a }))
      expect(run([xs])).toEqual(value([count, xs.reduce((sum, x) => sum + x.a, 0)]))
    }
  })
})
