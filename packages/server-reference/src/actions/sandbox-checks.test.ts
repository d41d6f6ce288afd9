import { expect, it } from 'vitest'
import { sandboxChecks } from './sandbox-checks.ts'

it('accepts what reads', () => {
  expect(sandboxChecks.expression('user.items.length > 3')).toBeUndefined()
  expect(sandboxChecks.format('total {total} of {user.name} {{}}')).toBeUndefined()
})

it.each([
  ['total = 3', 'expression_not_allowed', 1],
  ['a +', 'expression_syntax', 4],
])('refuses the condition %s with a code and a column', (source, code, column) => {
  expect(sandboxChecks.expression(source)).toMatchObject({ code, column })
})

it.each([
  ['total {total', 'format_syntax'],
  ['total {total = 3}', 'expression_not_allowed'],
])('refuses the format %s, with a column in the format', (format, code) => {
  const fault = sandboxChecks.format(format)
  expect(fault?.code).toBe(code)
  expect(fault?.column).toBeGreaterThan(6)
})
