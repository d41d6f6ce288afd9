// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, type Evaluation, MAX_BUILT_STRING, type Sandbox } from '../src/index.ts'
import {
  compiled as compiledIn,
  evaluate as evaluateIn,
  loadedSandbox,
  newSandbox,
  unsafe,
  value,
} from './evaluating.ts'
import { SHAPES, traps } from './hostile-values.ts'

const compiled = (sandbox: Sandbox, source: string) => compiledIn(sandbox, source, { engine: 'quickjs' })
const evaluate = (sandbox: Sandbox, source: string, scope: Record<string, unknown> = {}) =>
  evaluateIn(sandbox, source, scope, { engine: 'quickjs' })

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await loadedSandbox()
})
afterAll(() => sandbox.dispose())

/** @param budgets One, or several that the speed of the machine decides between. */
const exceeded = (budgets: string) => ({ status: 'exceeded', budget: expect.stringMatching(`^(${budgets})$`) })

describe('a callback sees copies, and what comes back is the application’s own', () => {
  test('objects of the application keep their identity', async () => {
    class User {
      constructor(readonly name: string) {}
      get secret() {
        throw new Error('ran')
      }
    }
    const users = [new User('ann'), new User('bob')]
    const found = await evaluate(sandbox, "users.find(u => u.name === 'bob')", { users })
    expect(found.status === 'value' && found.value).toBe(users[1])
    const kept = await evaluate(sandbox, 'users.filter(u => u.name)', { users })
    expect(kept.status === 'value' && kept.value).toEqual(users)
    expect(await evaluate(sandbox, 'users.toReversed()[0] === users[1]', { users })).toEqual(value(true))
    expect(await evaluate(sandbox, 'users.map(u => u).some(u => u === users[1])', { users })).toEqual(value(true))
    expect(await evaluate(sandbox, '[users, users].map(x => x)[0] === users', { users })).toEqual(value(true))
  })

  test('a literal is a new object wherever and whenever it is evaluated', async () => {
    expect(await evaluate(sandbox, '[[]].some(x => x === [])')).toEqual(value(false))
    expect(await evaluate(sandbox, '[1, 2].map(x => []).every((x, i, all) => x === all[0])')).toEqual(value(false))
    expect(await evaluate(sandbox, '[xs.slice(0)].some(x => x === xs.slice(0))', { xs: [1] })).toEqual(value(false))
    expect(await evaluate(sandbox, '[xs].some(x => x === xs)', { xs: [1] })).toEqual(value(true))
  })

  test('what an answer has twice is one object, as the direct engine has it', async () => {
    const answer = async (source: string, scope: Record<string, unknown> = {}) => {
      const found = await evaluate(sandbox, source, scope)
      if (found.status !== 'value') throw new Error(JSON.stringify(found))
      return found.value as unknown[]
    }
    const [list, same] = await answer('[[1]].map(x => [x, x])[0]')
    expect(list).toEqual([1])
    expect(same).toBe(list)
    const xs = [1]
    const made = '[{ a: [x] }, new Map([[x, [2]]]), new Set([[3]]), xs, bytes.map(y => y), [, 7], null]'
    const source = `[1].flatMap(x => [${made}].flatMap(all => [...all, ...all.toReversed()]))`
    const twice = await answer(source, { xs, bytes: new Uint8Array([1]) })
    const holed = Object.assign(new Array(2), { 1: 7 })
    const once = [{ a: [1] }, new Map([[1, [2]]]), new Set([[3]]), xs, new Uint8Array([1]), holed, null]
    expect(twice).toEqual([...once, ...once.toReversed()])
    for (let i = 0; i < 7; i++) expect(twice[13 - i]).toBe(twice[i])
  })

  test('a few objects with very many ways through them are a small answer', async () => {
    const found = await evaluate(sandbox, 'xs.reduce(a => [a, a], [])', { xs: Array(64).fill(0) })
    let [depth, at] = [0, found.status === 'value' ? (found.value as unknown[]) : []]
    for (; at.length === 2; at = at[0] as unknown[]) depth += at[0] === at[1] ? 1 : Number.NaN
    expect(depth).toBe(64)
  })

  test('cycles and shared objects', async () => {
    const node: Record<string, unknown> = { name: 'a' }
    node.self = node
    expect(await evaluate(sandbox, '[node].map(n => n["se" + "lf"].self.self === n)', { node })).toEqual(value([true]))
    expect(await evaluate(sandbox, 'JSON.stringify(node)', { node })).toMatchObject({ status: 'failed' })
  })

  test('prototypes: data is read, code is not', async () => {
    class Base {
      method() {}
    }
    Object.defineProperty(Base.prototype, 'kind', { value: 'base' })
    const a = Object.assign(new (class extends Base {})(), { id: 1 })
    expect(await evaluate(sandbox, '[a].map(x => x["ki" + "nd"])', { a })).toEqual(value(['base']))
    expect(await evaluate(sandbox, '[a].map(x => "method" in x)', { a })).toEqual(value([true]))
    expect(await evaluate(sandbox, '[a].map(x => Object.keys(x).join())', { a })).toEqual(value(['id']))
    expect(await evaluate(sandbox, '[a].map(x => x["constr" + "uctor"].name)', { a })).toEqual(unsafe('function'))
    const error = new TypeError('no')
    expect(await evaluate(sandbox, '[e].map(x => x["na" + "me"] + ": " + x["mess" + "age"])', { e: error })).toEqual(
      value(['TypeError: no']),
    )
    expect(await evaluate(sandbox, '[e].map(x => x["sta" + "ck"])', { e: error })).toEqual(unsafe('accessor'))
  })

  test('regular expressions, dates, sets, typed arrays of the application', async () => {
    const scope = { re: /b(\d)/g, at: new Date(5), tags: new Set(['x']), bytes: new Uint8Array([1, 2]) }
    expect(await evaluate(sandbox, '"ab1".replace(re, "<$1>")', scope)).toEqual(value('a<1>'))
    expect(await evaluate(sandbox, '[at].map(d => d.getTime())', scope)).toEqual(value([5]))
    expect(await evaluate(sandbox, '["x"].some(t => tags.has(t))', scope)).toEqual(value(true))
    expect(await evaluate(sandbox, 'bytes.some(b => b > 1)', scope)).toEqual(value(true))
    expect(scope.re.lastIndex).toBe(0)
  })

  test('only what a callback reads is copied', async () => {
    const items = Array.from({ length: 100 }, (_, i) => ({ price: i, huge: Array.from({ length: 1_000 }, () => i) }))
    expect(await evaluate(sandbox, 'items.some(i => i.price > 98)', { items })).toEqual(value(true))
    expect(await evaluate(sandbox, 'items.filter(i => i.huge.length > 5).length', { items })).toEqual(value(100))
    expect(await evaluate(sandbox, 'items.find(i => i.price === 7).huge[0]', { items })).toEqual(value(7))
    expect(await evaluate(sandbox, 'items.map(i => [i]).length', { items })).toEqual(exceeded('fuel'))
  })
})

describe('what is copied is what is there', () => {
  const hidden = <T extends object>(target: T, key: string, value: unknown): T =>
    Object.defineProperty(target, key, { value, enumerable: false })
  test.each<[string, unknown, string]>([
    ['a date with a hidden property', hidden(new Date(0), 'items', 1), 'date with properties'],
    ['a list with a hidden property', hidden([1, 2], 'total', 3), 'array with named properties'],
    [
      'a list with a property that looks like a place in it',
      Object.assign([1, 2], { '0.5': 3 }),
      'array with named properties',
    ],
    ['a regular expression with a hidden property', hidden(/a/, 'source2', 1), 'regexp with properties'],
    ['bytes with a hidden property', hidden(new Uint8Array(2), 'unit', 'B'), 'typed array with named properties'],
  ])('%s is left out, whole', async (_name, a, of) => {
    expect(await evaluate(sandbox, '[a].map((x) => x)[0] === 1', { a })).toEqual(unsafe(of))
  })

  test('a size that is none, and a name that marks what is special', async () => {
    const a = { size: 2n ** 64n, '\0': [1, 2] }
    expect(await evaluate(sandbox, 'Array.from(a).length', { a })).toEqual(value(0))
    expect(await evaluate(sandbox, 'a["\\0"].length', { a })).toEqual(value(2))
  })
})

describe('a list of which few members are read is copied without its elements, and nobody can tell', () => {
  const { b, other } = { b: { price: 2.5, sku: 'b' }, other: { price: -1, sku: 'c' } }
  const lists: Record<string, unknown[]> = {
    ordinary: [{ price: 1, sku: 'a' }, b, other],
    empty: [],
    'one with a number that JSON lacks': [b, { price: Number.NaN, sku: '' }, { price: -0, sku: 'z' }],
    'one with a BigInt': [{ price: 2n, sku: 'n' }],
    'one without the member': [b, {}, { price: undefined, sku: null }],
    'one with texts': [
      { price: '10', sku: 'x' },
      { price: '9', sku: 'y' },
    ],
    'one with null and booleans': [{ price: null, sku: true }, b, { price: false, sku: null }],
    'one whose elements are lists': [Object.assign([1], { length: 1 }), ['price']],
    'one of primitives': ['price', 7, true],
  }
  const sources = [
    'cart.items.map(i => i.price).reduce((a, b) => a + b, 0)',
    'cart.items.reduce((sum, i) => sum + i.price, "")',
    'cart.items.some(i => i.price > 2) + "," + cart.items.every(i => i?.price)',
    'cart.items.map(i => typeof i.price).join()',
    'cart.items.map((i, n, all) => i.price === all[0].price).join()',
    'cart.items.map(i => cart.items.findIndex(j => j.price === i.price)).join()',
    'cart.items.map((i, n = i) => n + i.sku + i.price).length',
    'cart.items.map(i => i.price + i.sku).join()',
    'cart.items.find(i => i.price === 2.5) === b',
    'cart.items.filter(i => i.price).indexOf(b)',
    'cart.items.map(i => i.price).length + cart.items.length + [b].map(x => x.price)[0]',
    'cart.items.map(i => i ? i.price : 0).length',
    'cart.items.map(({ price, sku }) => `${price}${typeof sku}`).length',
    '[cart.items.map(i => i.price)[0], cart.items].indexOf(cart.items)',
  ]
  test.each(sources)('%s', async (source) => {
    for (const engine of ['quickjs', undefined] as const) {
      using expression = compiledIn(sandbox, source, engine === undefined ? {} : { engine })
      await expression.prepare()
      const run = expression.bind(['cart', 'b'])
      // Twice: one list after another, by the same expression.
      for (const [name, items] of [...Object.entries(lists), ...Object.entries(lists)]) {
        expect(run([{ items }, b]), name).toEqual(inPlainJavaScript(source, { items }))
      }
    }
  })

  function inPlainJavaScript(source: string, cart: object): unknown {
    try {
      return value(new Function('cart', 'b', `return ${source}`)(cart, b))
    } catch {
      return expect.objectContaining({ status: 'failed' })
    }
  }
})

describe('budgets end an evaluation and say which', () => {
  test.each([
    ['/^(a+)+$/.test(text)', { text: `${'a'.repeat(40)}b` }, 'time'],
    ['/(x+x+)+y/.test(text)', { text: 'x'.repeat(5_000) }, 'time'],
    ['xs.some(a => xs.some(b => xs.some(c => false)))', { xs: Array(400).fill(0) }, 'time'],
    ['xs.reduce(a => a.concat(a), [1])', { xs: Array(64).fill(0) }, 'memory'],
    ['xs.reduce(a => a + a, "ab").length', { xs: Array(64).fill(0) }, 'bytes'],
    ['xs.reduceRight((a) => `${a}${a}`, "ab").length', { xs: Array(64).fill(0) }, 'bytes'],
    ['xs.reduce(a => a + a, "ab").length', { xs: new Uint8Array(64) }, 'bytes'],
    ['xs.flatMap(x => xs.flatMap(y => xs))', { xs: Array(500).fill(0) }, 'memory'],
    ['JSON.stringify(xs.reduce(a => [a, a], []))', { xs: Array(64).fill(0) }, 'fuel|time'],
    ['xs.reduce(a => [a, a], []).flat(1000)', { xs: Array(64).fill(0) }, 'time'],
    ['xs.map(x => xs.map(y => text)).flat().join("")', { xs: Array(50).fill(0), text: 'x'.repeat(1_000) }, 'bytes'],
    ['JSON.stringify(xs.reduce(a => [a], []))', { xs: Array(4_000).fill(0) }, 'stack|time'],
    ['xs.map(x => x)', { xs: Array(DEFAULT_LIMITS.copyValues + 1).fill(0) }, 'fuel'],
    ['[text].map(x => x)', { text: 'x'.repeat(DEFAULT_LIMITS.copyLength + 1) }, 'bytes'],
    ['xs.map(x => "ab".repeat(1e9))', { xs: [0] }, 'bytes'],
    ['[1e9].map(x => "".padEnd(x))', {}, 'bytes'],
    ['xs.map(x => xs.join(text))', { xs: Array(100).fill(0), text: 'x'.repeat(2_000) }, 'bytes'],
    ['[text].map(t => t.includes(t.slice(1) + "!"))', { text: 'a'.repeat(50_000) }, 'fuel'],
    ['("x" + text).search(text + " ")', { text: ' '.repeat(30_000) }, 'bytes'],
    ['new RegExp(text + " ").test("x" + text)', { text: ' '.repeat(30_000) }, 'bytes'],
    ['({ ...text }).x', { text: 'x'.repeat(40_000) }, 'fuel'],
    ['text.split("")', { text: 'x'.repeat(MAX_BUILT_STRING + 1) }, 'bytes'],
    ['xs.reduce(a => a * a, 3n) > 1', { xs: Array(40).fill(0) }, 'fuel'],
    ['[2n].map(x => x ** 1000000000n)', {}, 'fuel'],
    ['[1n].map(x => x << 1000000000n)', {}, 'fuel'],
    ['Array.from({ length: 1e9 })', {}, 'fuel'],
    ['[-1n].map(x => BigInt.asUintN(1e9, x))', {}, 'fuel'],
  ])('%s', async (source, scope, budget) => {
    const strict = newSandbox({ limits: { timeMs: 100 } })
    const startMs = performance.now()
    expect(await evaluate(strict, source, scope)).toEqual(exceeded(budget))
    // The rest is for loading, and for a busy machine.
    expect(performance.now() - startMs).toBeLessThan(1_500)
    expect(await evaluate(strict, '[1, 2].map(x => x + 1)')).toEqual(value([2, 3]))
    strict.dispose()
  })

  test('the deadline is read from the clock that was given', async () => {
    let nowMs = 0
    const own = newSandbox({ clock: { nowMs: () => nowMs++ }, limits: { timeMs: 3 } })
    const xs = Array(300).fill(0)
    expect(await evaluate(own, 'xs.some(a => xs.some(b => b === 1))', { xs })).toEqual(exceeded('time'))
    expect(await evaluate(own, 'xs.some(a => a === 1)', { xs })).toEqual(value(false))
    own.dispose()
  })

  test('depth of the copy', async () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { d: deep(levels - 1) })
    const source = 'xs.map(x => JSON.stringify(x).length)[0] > 0'
    expect(await evaluate(sandbox, source, { xs: [deep(DEFAULT_LIMITS.copyDepth)] })).toEqual(value(true))
    expect(await evaluate(sandbox, source, { xs: [deep(DEFAULT_LIMITS.copyDepth + 1)] })).toMatchObject({
      status: 'omitted',
      reason: 'depth',
    })
  })
})

describe('nothing of the host, and nothing of another evaluation, is within reach', () => {
  test.each<[string, Evaluation]>([
    ['typeof globalThis', value('undefined')],
    ['typeof process', value('undefined')],
    ['[1].map(x => typeof require)', value(['undefined'])],
    ['[1].map(x => x.constructor.constructor)', unsafe('function')],
    ['[1].map(x => x.constructor)', unsafe('function')],
    ['[1].map(x => [].map.constructor)', unsafe('function')],
    ['[1].map(x => [x].map.constructor)', unsafe('function')],
    ['[1].map(x => [x].map["call" + "er"])', { status: 'failed', message: 'invalid property access' }],
    ['[1].map(x => x["__pro" + "to__"])', unsafe('__proto__')],
    ['[1].map(x => "".includes.call)', unsafe('function')],
  ])('%s', async (source, expected) => {
    expect(await evaluate(sandbox, source)).toEqual(expected)
  })

  test('a stateful regular expression starts afresh', async () => {
    using expression = compiled(sandbox, '[1, 2].map(x => /a/g.test("a"))')
    await expression.prepare()
    for (let i = 0; i < 3; i++) expect(expression.bind([])([])).toEqual(value([true, true]))
  })

  test('a variable that has the name of a built-in is not the built-in', async () => {
    const Mathematics = { max: () => 7, PI: 3 }
    expect(await evaluate(sandbox, 'Math.max(1, 2)', { Math: Mathematics })).toMatchObject({ reason: 'unsafe' })
    expect(await evaluate(sandbox, '[1].map(x => Math.max(x, 2))', { Math: Mathematics })).toMatchObject({
      reason: 'unsafe',
    })
    expect(await evaluate(sandbox, '[1, 0].filter(Boolean)', { Boolean: 1 })).toMatchObject({ reason: 'unsafe' })
    expect(await evaluate(sandbox, 'Math.PI', { Math: Mathematics })).toEqual(value(3))
  })
})

describe('it lasts', () => {
  test('memory does not grow over many evaluations, failures among them', async () => {
    const sources = [
      'xs.map(x => ({ x, s: `${x}` }))',
      '/(a)(b)?/.exec(t)',
      'xs.map(x => nothing.y)',
      'xs.map(x => x.y.z)',
      'JSON.stringify(xs.map(x => [x]))',
    ]
    const run = sources.map((source) => compiled(sandbox, source))
    for (const expression of run) await expression.prepare()
    const bound = run.map((expression) => expression.bind(['xs', 't', 'nothing']))
    const values = [[1, 2, 3], 'ab', null]
    // The memory limit is the proof: what a run left behind would fill it.
    const tight = newSandbox({ limits: { memoryBytes: 700 * 1024, timeMs: 5_000 } })
    using one = compiled(tight, sources[0] as string)
    await one.prepare()
    const tightRun = one.bind(['xs', 't', 'nothing'])
    for (let i = 0; i < 20_000; i++) {
      expect(bound[i % bound.length]?.(values).status).toMatch(/value|failed/)
      if (i % 4 === 0 && tightRun(values).status !== 'value') throw new Error(`out of memory after ${i}`)
    }
    for (const expression of run) expression[Symbol.dispose]()
    tight.dispose()
  })

  // A native function that was left at a bad moment would show here: QuickJS aborts when its counts are wrong.
  test.each([0, 1, 2])(
    'it is sound after it was interrupted anywhere, whatever it was looking at (%i)',
    async (first) => {
      let polls = first
      let interrupting = true
      const own = newSandbox({ clock: { nowMs: () => (interrupting && polls++ % 3 === 2 ? Number.MAX_VALUE : 0) } })
      using collect = compiled(own, 'Array.from({ length: 2000 }, (_, i) => [{ i }, {}]).length')
      await collect.prepare()
      const runCollect = collect.bind([])
      const programs = SHAPES.filter((source) => /=>|JSON|\/a|\.(to|flat|exec|test|with)/.test(source)).map((source) =>
        compiled(own, source),
      )
      const { values } = traps()
      const counts = { exceeded: 0, other: 0 }
      for (const program of programs) {
        const run = program.bind(['a', 'b', 'c'])
        for (const a of values) {
          for (const b of values.slice(0, 3)) {
            const { status } = run([a, b, undefined])
            counts[status === 'exceeded' ? 'exceeded' : 'other']++
            if (status !== 'exceeded') continue
            interrupting = false
            expect(runCollect([]), `after ${program.source}`).toEqual(value(2_000))
            interrupting = true
          }
        }
      }
      expect(counts.exceeded).toBeGreaterThan(5)
      own.dispose()
    },
  )

  test('disposed expressions give their memory back', async () => {
    const tight = newSandbox({ limits: { memoryBytes: 700 * 1024, timeMs: 5_000 } })
    for (let i = 0; i < 2_000; i++) {
      expect(await evaluate(tight, `[${i}].map(x => x + "${'.'.repeat(500)}").length`)).toEqual(value(1))
    }
    tight.dispose()
  })

  test('close to the end of the application’s stack it answers, and works again afterwards', async () => {
    const own = newSandbox()
    using guest = compiled(own, 'xs.map(x => [x].map(y => JSON.stringify([y])))')
    using direct = compiled(own, '((((a.b + 1) + 1) + 1) + 1) > `${a.b}`.length')
    await guest.prepare()
    const [runGuest, runDirect] = [guest.bind(['xs']), direct.bind(['a'])]
    const seen = new Set<string>()
    const descend = (): void => {
      try {
        descend()
      } catch {
        // Out of stack; each frame on the way back has a little more of it.
      }
      try {
        if (seen.size < 40) seen.add(runGuest([[1]]).status)
        seen.add(runDirect([{ b: 1 }]).status)
      } catch (error) {
        // There may be no room to call them at all; once inside, they answer.
        if (!(error instanceof RangeError)) seen.add(String(error))
      }
    }
    expect(descend).not.toThrow()
    expect([...seen].filter((status) => !/^(value|failed|exceeded|unavailable)$/.test(status))).toEqual([])
    await guest.prepare()
    expect(runGuest([[1]])).toEqual(value([['[1]']]))
    expect(runDirect([{ b: 1 }])).toEqual(value(true))
    own.dispose()
  })
})
