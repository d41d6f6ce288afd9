import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sandbox } from '../src/index.ts'
import { compiled, evaluate, loadedSandbox, newSandbox, value } from './evaluating.ts'

/**
 * Isolation: nothing of one evaluation is there in the next, of one expression in another, of one sandbox in another,
 * and nothing of any in the application.
 */
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await loadedSandbox()
})
afterAll(() => sandbox.dispose())

const ENGINES = [undefined, 'quickjs'] as const

describe.each(ENGINES)('by default and in QuickJS (%s)', (engine) => {
  const options = engine === undefined ? {} : { engine }

  test('values of one evaluation are gone in the next', async () => {
    using expression = compiled(sandbox, 'xs.map((x, i = seen.length) => x).length + seen.length', options)
    await expression.prepare()
    const run = expression.bind(['xs', 'seen'])
    expect(run([[1, 2], 'abc'])).toEqual(value(5))
    expect(run([[], ''])).toEqual(value(0))
    expect(run([undefined, 'abc'])).toMatchObject({ status: 'failed' })
    expect(run([[1], 'a'])).toEqual(value(2))
  })

  test('a failure half way leaves nothing behind', async () => {
    using expression = compiled(sandbox, 'xs.map(x => x.a.b)', options)
    await expression.prepare()
    const run = expression.bind(['xs'])
    for (let i = 0; i < 3; i++) {
      expect(run([[{ a: { b: 1 } }, { a: null }]])).toMatchObject({ status: 'failed' })
      expect(run([[{ a: { b: 2 } }]])).toEqual(value([2]))
    }
  })

  test('results that are new are new each time; the application may change them', async () => {
    using expression = compiled(sandbox, '({ list: [1, 2], map: new Map([[1, 2]]), o: { ...o } })', options)
    await expression.prepare()
    const run = expression.bind(['o'])
    const first = run([{ a: 1 }]) as { value: { list: number[]; map: Map<number, number>; o: { a: number } } }
    first.value.list.push(3)
    first.value.map.clear()
    first.value.o.a = 2
    expect(run([{ a: 1 }])).toEqual(value({ list: [1, 2], map: new Map([[1, 2]]), o: { a: 1 } }))
  })

  test('bindings of one expression do not share values, nor do expressions', async () => {
    using one = compiled(sandbox, 'xs.map(x => x + y)', options)
    using two = compiled(sandbox, 'xs.map(x => x * y)', options)
    await Promise.all([one.prepare(), two.prepare()])
    const [a, b, c] = [one.bind(['xs', 'y']), one.bind(['y', 'xs']), two.bind(['xs', 'y'])]
    expect([a([[1], 2]), b([3, [4]]), c([[5], 6]), a([[1], 2])]).toEqual([
      value([3]),
      value([7]),
      value([30]),
      value([3]),
    ])
  })

  test('an iterator of one evaluation is used up there', async () => {
    expect(await evaluate(sandbox, '[[1, 2].values()].map(i => [...i].length + [...i].length)', {}, options)).toEqual(
      value([2]),
    )
    const iterator = [1, 2].values()
    expect((await evaluate(sandbox, '[...iterator]', { iterator }, options)).status).toBe('omitted')
    expect([...iterator]).toEqual([1, 2])
  })

  test('nothing of the application is written to', async () => {
    const written: string[] = []
    const guarded = (target: object): object => {
      for (const key of Object.keys(target)) Object.freeze((target as Record<string, object>)[key])
      return Object.freeze(target)
    }
    const scope = {
      o: guarded({ a: { b: 1 }, list: [3, 1, 2] }),
      xs: Object.freeze([3, 1, 2]),
      re: Object.freeze(/a/g),
      map: Object.freeze(new Map([['k', 1]])),
      prototype: Object.defineProperty({}, 'x', { set: () => written.push('x'), configurable: true }),
    }
    for (const source of [
      'xs.toSorted().concat(xs.toReversed(), xs.with(0, 1), xs.toSpliced(0, 1))',
      '({ ...o, a: 1, list: [...o.list, 4] })',
      '[..."aa".matchAll(re)].length + "aa".replace(re, "b")',
      '[...map.entries()].map(([k, v]) => ({ [k]: v }))',
      'Object.fromEntries(map)',
      '({ ...prototype, x: 1 }).x',
      'JSON.parse(JSON.stringify(o)).a',
    ]) {
      expect((await evaluate(sandbox, source, scope, options)).status, source).toBe('value')
    }
    expect(written).toEqual([])
    expect(scope.re.lastIndex).toBe(0)
  })
})

test('what an evaluation has seen can be collected', async () => {
  // Parameters of callbacks have places of their own: they are emptied, also after a failure.
  using expression = compiled(sandbox, 'xs.map(({ a, ...rest }, i) => a.b)')
  const run = expression.bind(['xs'])
  const reference = (() => {
    const seen = { a: null }
    expect(run([[seen]])).toMatchObject({ status: 'failed' })
    return new WeakRef(seen)
  })()
  const collect = (globalThis as { gc?: () => void }).gc
  if (collect === undefined) return // needs --expose-gc; leak.test.ts measures the heap
  await new Promise((resolve) => setTimeout(resolve, 10))
  collect()
  expect(reference.deref()).toBeUndefined()
})

test('a setter on a prototype is not run by lists and objects that an evaluation builds', () => {
  const cases: [source: string, expected: unknown][] = [
    ['[1, 2].map(x => x).concat([3]).slice(0)', [1, 2, 3]],
    ['({ fresh: 1, ...o }).fresh', 1],
    ['Object.values({ a: 1, b: 2 }).at(1)', 2],
    ['[...o.list, 4].filter(x => x > 1)', [2, 4]],
    ['"a,b".split(",")', ['a', 'b']],
  ]
  const bound = cases.map(([source]) => compiled(sandbox, source).bind(['o']))
  const answers: unknown[] = []
  const ran: unknown[] = []
  const values = [{ list: [1, 2] }]
  Object.defineProperty(Array.prototype, '1', { set: (x) => ran.push(x), configurable: true })
  Object.defineProperty(Object.prototype, 'fresh', { set: (x) => ran.push(x), configurable: true })
  for (let i = 0; i < bound.length; i++) {
    const answer = bound[i]?.(values)
    Object.defineProperty(answers, i, { value: answer, enumerable: true })
  }
  const told = ran.length
  delete (Array.prototype as unknown as Record<string, unknown>)['1']
  delete (Object.prototype as unknown as Record<string, unknown>).fresh
  expect(answers).toEqual(cases.map(([, expected]) => value(expected)))
  expect(told).toBe(0)
})

test('one sandbox knows nothing of another, and disposing of one leaves the other', async () => {
  const one = newSandbox()
  const two = newSandbox({ limits: { memoryBytes: 1024 * 1024 } })
  expect(await evaluate(one, '/(a)/.exec(t)[1]', { t: 'a' })).toEqual(value('a'))
  expect(await evaluate(two, '/(a)/.exec(t)[1]', { t: 'a' })).toEqual(value('a'))
  one.dispose()
  expect(await evaluate(two, '/(a)/.exec(t)[1]', { t: 'a' })).toEqual(value('a'))
  two.dispose()
})
