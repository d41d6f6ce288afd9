// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { createNameRedactor } from '@lightrun/core'
import { afterEach, describe, expect, test } from 'vitest'
import { compiled, evaluate, newSandbox, scopeOf, value } from '../test/evaluating.ts'
import { DEFAULT_LIMITS, type Sandbox, UNAVAILABLE } from './index.ts'

const sandboxes: Sandbox[] = []
const make: typeof newSandbox = (options) => {
  const sandbox = newSandbox(options)
  sandboxes.push(sandbox)
  return sandbox
}
afterEach(() => {
  for (const sandbox of sandboxes.splice(0)) sandbox.dispose()
})

describe('compiling', () => {
  test('refuses what check refuses, as a value', () => {
    expect(make().compile('a = 1')).toMatchObject({ status: 'refused', code: 'expression_not_allowed', column: 1 })
  })

  test('says what the expression reads and who runs it', () => {
    expect(compiled(make(), 'a.b > 1')).toMatchObject({ references: [['a', 'b']], engine: 'direct', source: 'a.b > 1' })
    expect(compiled(make(), 'a.some(x => x)').engine).toBe('direct')
    expect(compiled(make(), 'a.some(x => /x/.test(x))').engine).toBe('direct')
    expect(compiled(make(), 'a.some(x => b.test(x))').engine).toBe('quickjs')
  })
})

describe('QuickJS is loaded when it is needed, and never on the caller’s time', () => {
  test('until then an evaluation is unavailable, or whatever the direct part decides', async () => {
    const sandbox = make()
    using expression = compiled(sandbox, 'a && a.some(x => /(?<!1)2/.test(x))')
    const run = expression.bind(['a'])
    expect(run([[1, 2]])).toMatchObject({ status: 'unavailable' })
    expect(run([null])).toEqual(value(null))
    await expression.prepare()
    expect(run([[1, 2]])).toEqual(value(true))
  })

  test('an expression that QuickJS does not take says so when it is prepared', async () => {
    using expression = compiled(make(), `/(?<=)${'('.repeat(300)}${')'.repeat(300)}/.test(a)`)
    await expect(expression.prepare()).rejects.toMatchObject({
      code: 'expression_not_allowed',
      message: 'QuickJS does not take this expression: too many captures',
    })
    expect(expression.bind(['a'])(['a'])).toMatchObject({ status: 'failed' })
  })

  test('a direct expression is ready at once', async () => {
    using expression = compiled(make(), 'a + 1')
    expect(expression.bind(['a'])([1])).toEqual(value(2))
    await expression.prepare()
  })
})

describe('binding', () => {
  test('resolves names to positions once; this is a name', () => {
    using expression = compiled(make(), 'this.x + b')
    const run = expression.bind(['a', 'b', 'this'])
    expect(run([1, 2, { x: 3 }])).toEqual(value(5))
    expect(run([1, 20, { x: 3 }])).toEqual(value(23))
  })

  test('reads by function what is not an element, and only when the expression comes to it', () => {
    const read: string[] = []
    const readLazy = (values: ArrayLike<unknown>) => {
      read.push('lazy')
      return (values[0] as { lazy: number }).lazy
    }
    const layout = (name: string) => (name === 'lazy' ? readLazy : 0)
    using expression = compiled(make(), 'a.on && lazy > 1')
    const run = expression.bind(layout)
    expect(run([{ on: false, lazy: 2 }])).toEqual(value(false))
    expect(read).toEqual([])
    expect(run([{ on: true, lazy: 2 }])).toEqual(value(true))
    expect(read).toEqual(['lazy'])
  })

  test('names that are not there are the language’s, or said to be undefined with what there is', () => {
    const sandbox = make()
    using expression = compiled(sandbox, 'usr.age')
    expect(expression.bind(['user', 'cart'])([])).toEqual({
      status: 'failed',
      message: 'usr is not defined here; available: user, cart',
    })
    expect(expression.bind(() => undefined, ['user'])([])).toMatchObject({
      message: 'usr is not defined here; available: user',
    })
    expect(expression.evaluate(scopeOf({}))).toMatchObject({ message: 'usr is not defined here; available: nothing' })
    using language = compiled(sandbox, 'NaN === undefined || Number.MAX_SAFE_INTEGER > 1 && typeof usr')
    expect(language.bind([])([])).toEqual(value('undefined'))
  })

  test('a variable that is not initialised yet fails where it is read, not before', () => {
    using expression = compiled(make(), 'on && later')
    const run = expression.bind(['on', 'later'])
    expect(run([false, UNAVAILABLE])).toEqual(value(false))
    expect(run([true, UNAVAILABLE])).toEqual({
      status: 'failed',
      message: 'later has no value here: it is not initialised yet',
    })
    expect(
      expression.evaluate({
        read: (name) => (name === 'on' ? { status: 'value', value: 1 } : { status: 'unavailable' }),
      }),
    ).toMatchObject({
      status: 'failed',
    })
  })

  test('a scope whose names come and go is followed', () => {
    using expression = compiled(make(), 'typeof a')
    expect(expression.evaluate(scopeOf({}))).toEqual(value('undefined'))
    expect(expression.evaluate(scopeOf({ a: 1 }))).toEqual(value('number'))
    expect(expression.evaluate(scopeOf({}))).toEqual(value('undefined'))
  })
})

describe('failing like JavaScript, in words', () => {
  test.each([
    ['user.name', { user: null }, "Cannot read 'name' of null (user)"],
    ['user.a.b.c', { user: {} }, "Cannot read 'b' of undefined (user.a)"],
    ['user.trim()', { user: undefined }, 'Cannot call trim() of undefined (user)'],
    ['user.trim()', { user: {} }, 'user.trim is not a function'],
    ['1n + user', { user: 1 }, 'Cannot mix BigInt and other types, use explicit conversions'],
    ['"x" in user', { user: 1 }, "'in' needs an object on its right, not number"],
    ['user instanceof user', { user: 1 }, "'instanceof' needs a class on its right, not number"],
    ['[...user]', { user: 1 }, 'number is not iterable'],
  ])('%s', async (source, scope, message) => {
    expect(await evaluate(make(), source, scope)).toEqual({ status: 'failed', message })
  })
})

describe('instanceof and in', () => {
  class Base {}
  class Derived extends Base {}
  test.each<[string, Record<string, unknown>, unknown]>([
    ['a instanceof C', { a: new Derived(), C: Base }, true],
    ['a instanceof C', { a: new Base(), C: Derived }, false],
    ['a instanceof C', { a: 1, C: Base }, false],
    ['a instanceof Error && a instanceof TypeError', { a: new TypeError() }, true],
    ['a instanceof Map || a instanceof Array', { a: [] }, true],
    ["'x' in a", { a: Object.create({ x: 1 }) }, true],
    ["'x' in a", { a: Object.defineProperty({}, 'x', { get: () => 1 }) }, true],
    ['1 in a', { a: [1, 2] }, true],
    ['2 in a', { a: [1, 2] }, false],
  ])('%s', async (source, scope, expected) => {
    expect(await evaluate(make(), source, scope)).toEqual(value(expected))
  })
})

describe('redaction', () => {
  const hidden = { status: 'omitted', reason: 'redacted' }
  const user = {
    name: 'ann',
    password: 'x',
    tokens: new Map([
      ['password', 'x'],
      ['plain', 'y'],
    ]),
  }
  test.each([
    ['user.password', hidden],
    ['user?.password === "x"', hidden],
    ["user['pass' + 'word']", hidden],
    ['password', hidden],
    ["user.tokens.get('password')", hidden],
    ['[...user.tokens]', hidden],
    ['[user].map(u => u.password)', hidden],
    ['[user].map(({ password }) => 1)', hidden],
    ['[user].map(u => u["pass" + "word"])', hidden],
    ['JSON.stringify(user)', hidden],
    ['Object.values(user)', hidden],
    ['user.name', value('ann')],
    ['[user].map(u => u.name)', value(['ann'])],
    ['Object.keys(user)', value(['name', 'password', 'tokens'])],
    ['"password" in user', value(true)],
  ])('%s', async (source, expected) => {
    const sandbox = make({ redactor: createNameRedactor() })
    expect(await evaluate(sandbox, source, { user, password: 'x' })).toMatchObject(expected)
  })
})

describe('limits of the direct evaluator', () => {
  const fuel = DEFAULT_LIMITS.fuel
  test.each<[string, Record<string, unknown>, unknown]>([
    ['xs.includes(1)', { xs: Array(fuel).fill(0) }, value(false)],
    ['xs.includes(1)', { xs: Array(fuel + 1).fill(0) }, { status: 'exceeded', budget: 'fuel' }],
    ['Math.max(...xs)', { xs: Array(fuel + 1).fill(0) }, { status: 'exceeded', budget: 'fuel' }],
    ['xs.length', { xs: Array(fuel + 1).fill(0) }, value(fuel + 1)],
    ['text.includes(word)', { text: 'a'.repeat(1e6), word: 'b'.repeat(10) }, value(false)],
    ['text.includes(word)', { text: 'a'.repeat(1e6), word: 'b'.repeat(11) }, { status: 'exceeded', budget: 'fuel' }],
    ['"a".repeat(100000).length', {}, value(100_000)],
    ['"a".repeat(100001).length', {}, { status: 'exceeded', budget: 'bytes' }],
    ['2n ** 4096n > 0n', {}, value(true)],
    ['2n ** 1000000n', {}, { status: 'exceeded', budget: 'fuel' }],
    ['1n << 1000000n', {}, { status: 'exceeded', budget: 'fuel' }],
    ['big * big', { big: 1n << 20_000n }, { status: 'exceeded', budget: 'fuel' }],
    ['`${big}`', { big: 1n << 20_000n }, { status: 'exceeded', budget: 'fuel' }],
    [
      '[[xs.includes(1), xs.includes(1)]].length',
      { xs: Array(fuel / 2 + 1).fill(0) },
      { status: 'exceeded', budget: 'fuel' },
    ],
  ])('%s', async (source, scope, expected) => {
    expect(await evaluate(make(), source, scope)).toEqual(expected)
  })

  test('each evaluation has its own', async () => {
    const sandbox = make()
    using expression = compiled(sandbox, 'xs.includes(1)')
    const run = expression.bind(['xs'])
    for (let i = 0; i < 3; i++) expect(run([Array(fuel).fill(0)])).toEqual(value(false))
  })
})

describe('disposing', () => {
  test('an expression that was disposed of says so', () => {
    const expression = compiled(make(), 'a')
    const run = expression.bind(['a'])
    expression[Symbol.dispose]()
    expression[Symbol.dispose]()
    expect(run([1])).toEqual({ status: 'failed', message: 'The expression was disposed of' })
    expect(expression.evaluate(scopeOf({ a: 1 }))).toMatchObject({ status: 'failed' })
  })

  test('a sandbox takes its expressions along, also while it is loading', async () => {
    const sandbox = make()
    const expression = compiled(sandbox, '/(?<!b)a/.test(a)')
    const ready = expression.prepare().catch(() => {})
    sandbox.dispose()
    await ready
    expect(expression.bind(['a'])(['a'])).toMatchObject({ status: 'failed' })
  })
})
