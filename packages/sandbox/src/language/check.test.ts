// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { MAX_EXPRESSION_LENGTH as CARRIED_BY_AN_ACTION } from '@lightrun/core'
import { describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH } from './limits.ts'

describe('what only reads is allowed', () => {
  test.each([
    ['1', 'direct'],
    ['user.age > 18 && cart.items.length > 3', 'direct'],
    ["user?.['a' + b]?.c ?? -1n", 'direct'],
    ['this.name + `${x} ${typeof y}`', 'direct'],
    ["'id' in user && user instanceof User", 'direct'],
    ['[1, , ...xs, { a, b: c, [d]: 2 }]', 'direct'],
    ['Math.max(...xs) > Number.MAX_SAFE_INTEGER', 'direct'],
    ["name.toLowerCase().includes('x') || ids.includes(3)", 'direct'],
    ['(a /* why */, b)'.replace(', b', ''), 'direct'],
    ['/^4\\d\\d$/.test(code)', 'direct'],
    ['/(?<=^4)\\d\\d$/.test(code)', 'quickjs'],
    ['code.match(pattern)', 'quickjs'],
    ["user.roles.some(r => r.name === 'admin')", 'direct'],
    ['Object.entries(o).map(([k, { v }]) => k + v)', 'direct'],
    ['xs.map(({ a = 1, ...rest }, [b] = [], ...more) => a + b)', 'direct'],
    ['es.filter(e => e instanceof Error)', 'direct'],
    ['es.filter(e => e instanceof Error && /x/.test(e.message))', 'direct'],
    ['es.filter(e => e instanceof Error && /\\p{L}/u.test(e.message))', 'quickjs'],
    ['new Date(x).getTime() > new Map(m).size + new Set(xs).size', 'direct'],
    ['({ ...a, b })', 'direct'],
    ['JSON.stringify(o)', 'direct'],
    ["text.split(',').length > 2", 'direct'],
    ['text.split(separator).length > 2', 'quickjs'],
  ])('%s', (source, engine) => {
    expect(check(source)).toMatchObject({ status: 'ok', engine })
  })
})

describe('what does more than read is refused where it stands', () => {
  test.each([
    ['a = 1', 1, 'assignment'],
    ['x && (a.b += 1)', 7, 'assignment'],
    ['1 + i++', 5, '++'],
    ['!delete a.b', 2, 'delete'],
    ['await x', 1, 'await'],
    ['(function () {})', 2, 'arrow'],
    ['() => 1', 1, 'callback'],
    ['xs.map(x => { return x })', 13, 'one expression'],
    ['user.save()', 6, 'save() is not allowed'],
    ['xs.sort()', 4, 'use toSorted'],
    ['xs.push(1)', 4, 'use concat'],
    ['user[method]()', 6, 'by its name'],
    ['Math.random()', 1, 'Math.random() is not allowed'],
    ["x.constructor('return 1')()", 1, 'by their name'],
    ["x.constructor('return 1')", 3, 'constructor() is not allowed'],
    ["import('fs')", 1, 'dynamic import'],
    ['a, b', 1, 'comma'],
    ['f`x`', 1, 'tagged'],
    ['f(1)', 1, 'allowed here: Boolean'],
    ['new Date()', 1, 'tells the time'],
    ['new Proxy(a, b)', 1, 'allowed here: new Date'],
    ['new user.Type()', 1, 'built-in classes only'],
    ['xs.map((a = b, b) => a)', 13, 'further right'],
    ['xs.includes(x => x)', 13, 'takes no callback'],
    ['xs.map(async x => x)', 8, 'async'],
    ['Date.now()', 1, 'a time of your own data'],
    ['text.replace(x, m => new Date(m))', 17, 'runs in QuickJS'],
    ['({ get a() { return 1 } })', 4, 'plain properties'],
    ['a.__proto__', 3, '__proto__'],
    ['({ __proto__: a })', 4, '__proto__'],
    ['class {}', 1, 'class'],
  ])('%s', (source, column, words) => {
    expect(check(source)).toMatchObject({
      status: 'refused',
      code: 'expression_not_allowed',
      line: 1,
      column,
      message: expect.stringContaining(words),
    })
  })
})

describe('what is no expression is a syntax error', () => {
  test.each([
    ['', 1, 1],
    ['  ', 1, 1],
    ['a +', 1, 4],
    ['a b', 1, 3],
    ['a; b', 1, 2],
    ['(a', 1, 3],
    ["'abc", 1, 1],
    ['a &&\n  b c', 2, 5],
    ['/(/', 1, 2],
    ['if (a) b', 1, 1],
    ['a)', 1, 2],
    ['#a in b', 1, 1],
  ])('%j', (source, line, column) => {
    expect(check(source)).toMatchObject({ status: 'refused', code: 'expression_syntax', line, column })
  })
})

describe('size is bounded', () => {
  test('by length', () => {
    expect(MAX_EXPRESSION_LENGTH).toBe(CARRIED_BY_AN_ACTION)
    expect(check('1'.padEnd(MAX_EXPRESSION_LENGTH)).status).toBe('ok')
    expect(check('1'.padEnd(MAX_EXPRESSION_LENGTH + 1))).toMatchObject({ code: 'expression_too_large' })
  })

  test('by depth', () => {
    expect(check(`${'!'.repeat(MAX_EXPRESSION_DEPTH)}a`).status).toBe('ok')
    expect(check(`!${'!'.repeat(MAX_EXPRESSION_DEPTH)}a`)).toMatchObject({ code: 'expression_too_large' })
    expect(check('('.repeat(999) + ')'.repeat(999))).toMatchObject({ status: 'refused' })
    expect(check('['.repeat(999) + ']'.repeat(999))).toMatchObject({ code: 'expression_too_large' })
  })
})

describe('references are the static paths that are read', () => {
  test.each<[string, string[][]]>([
    ['user.address.city', [['user', 'address', 'city']]],
    [
      "user?.['address'][0].x + user.age",
      [
        ['user', 'address', '0', 'x'],
        ['user', 'age'],
      ],
    ],
    ['user[key].secret', [['user'], ['key']]],
    ['items.map(i => i.price * rate.value)', [['items'], ['rate', 'value']]],
    ['this.cart', [['this', 'cart']]],
    ['Math.max(a, NaN) === undefined', [['a']]],
    ['a.b && a.b', [['a', 'b']]],
    ['(a?.b).c.trim()', [['a', 'b', 'c']]],
  ])('%s', (source, references) => {
    expect(check(source)).toMatchObject({ status: 'ok', references })
  })
})
