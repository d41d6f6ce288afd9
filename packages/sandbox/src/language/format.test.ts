// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { describe, expect, test } from 'vitest'
import { parseFormat } from './format.ts'
import { MAX_FORMAT_LENGTH } from './limits.ts'

const parts = (text: string) => {
  const result = parseFormat(text)
  return result.status === 'ok' ? result.parts : result
}

test('text and expressions, with the column each expression starts at', () => {
  expect(parts('total {cart.total} of { user.name }!')).toEqual([
    'total ',
    { expression: 'cart.total', column: 8, field: 'cart.total' },
    ' of ',
    { expression: 'user.name', column: 25, field: 'user.name' },
    '!',
  ])
  expect(parts('plain')).toEqual(['plain'])
  expect(parts('{a}{b}')).toEqual([
    { expression: 'a', column: 2, field: 'a' },
    { expression: 'b', column: 5, field: 'b' },
  ])
})

test('doubled braces are braces', () => {
  expect(parts('{{a}} {b}}}')).toEqual(['{a} ', { expression: 'b', column: 8, field: 'b' }, '}'])
})

test.each([
  ["{'}' + x}", "'}' + x"],
  ['{`a${`}`}`}', '`a${`}`}`'],
  ['{[{ a: 1 }].length}', '[{ a: 1 }].length'],
  ['{ { a: 1 }.a}', '{ a: 1 }.a'],
  ['{/[}]/.test(x)}', '/[}]/.test(x)'],
  ['{(a)}', '(a)'],
  ['{xs.map(x => ({ x }))}', 'xs.map(x => ({ x }))'],
])('braces inside an expression belong to it: %s', (text, expression) => {
  expect(parts(text)).toEqual([expect.objectContaining({ expression })])
})

test('each value has a name among the fields: the one before a colon, or its text', () => {
  expect(parseFormat('{total: cart.total} {user.name} {user.name} {n :a ? b : c} {`x${  y}`}')).toMatchObject({
    fields: ['total', 'user.name', 'n', '`x${ y}`'],
    parts: [
      { expression: 'cart.total', column: 9, field: 'total' },
      ' ',
      { field: 'user.name' },
      ' ',
      {},
      ' ',
      {},
      ' ',
      {},
    ],
  })
  expect(parseFormat('{total: a} {total: a}')).toMatchObject({ fields: ['total'] })
  expect(parseFormat('{total: a} {total: b}')).toMatchObject({ code: 'format_syntax', column: 13 })
  expect(parseFormat('{total: }')).toMatchObject({ code: 'format_syntax' })
})

test('references and engine are those of all expressions', () => {
  expect(parseFormat('{a.b} {c.some(x => /(?<!y)x/.test(x) && x > a.b)}')).toMatchObject({
    references: [['a', 'b'], ['c']],
    engine: 'quickjs',
  })
  expect(parseFormat('{a.b}')).toMatchObject({ engine: 'direct' })
})

describe('a broken format says where', () => {
  test.each([
    ['total {cart.total', 'format_syntax', 7],
    ['total {', 'format_syntax', 7],
    ['total {a +', 'format_syntax', 7],
    ['a } b', 'format_syntax', 3],
    ['a {} b', 'format_syntax', 3],
    ['a {b c}', 'format_syntax', 6],
    ['a {b;}', 'format_syntax', 5],
    ['a {b +}', 'expression_syntax', 7],
    ['a {b = 1}', 'expression_not_allowed', 4],
    ['a {b.save()}', 'expression_not_allowed', 6],
  ])('%s', (text, code, column) => {
    expect(parseFormat(text)).toMatchObject({ status: 'refused', code, line: 1, column })
  })

  test('and so does one that is too long', () => {
    expect(parseFormat('x'.repeat(MAX_FORMAT_LENGTH)).status).toBe('ok')
    expect(parseFormat('x'.repeat(MAX_FORMAT_LENGTH + 1))).toMatchObject({ code: 'expression_too_large' })
    expect(parseFormat(`{${'a'.repeat(2_001)}}`)).toMatchObject({ code: 'expression_too_large' })
  })
})
