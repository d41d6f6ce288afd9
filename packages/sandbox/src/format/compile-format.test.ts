import { createNameRedactor } from '@lightrun/core'
import { afterEach, describe, expect, test } from 'vitest'
import { newSandbox } from '../../test/evaluating.ts'
import { type Line, MAX_LINE_LENGTH, type Sandbox, type SandboxOptions } from '../index.ts'

const sandboxes: Sandbox[] = []
afterEach(() => {
  for (const sandbox of sandboxes.splice(0)) sandbox.dispose()
})

async function line(
  source: string,
  scope: Record<string, unknown>,
  options: Partial<SandboxOptions> = {},
): Promise<Line> {
  const sandbox = newSandbox(options)
  sandboxes.push(sandbox)
  const compiled = sandbox.compileFormat(source)
  if (compiled.status === 'refused') throw new Error(compiled.message)
  await compiled.format.prepare()
  return compiled.format.bind(Object.keys(scope))(Object.values(scope))
}

test('a line is a text, and its values as fields beside it', async () => {
  const scope = { cart: { total: 12.5, items: ['a', 'b'] }, user: { name: 'ann' } }
  expect(await line('{{total}} {cart.total} for {who: user.name}: {cart.items}', scope)).toEqual({
    text: "{total} 12.5 for ann: [ 'a', 'b' ]",
    fields: [
      { name: 'cart.total', value: { type: 'number', value: 12.5 } },
      { name: 'who', value: { type: 'string', value: 'ann' } },
      { name: 'cart.items', value: expect.objectContaining({ type: 'object', class: 'Array', size: 2 }) },
    ],
  })
})

test('the same expression twice is one field', async () => {
  const { text, fields } = await line('{a} {a} {b: a}', { a: 1 })
  expect(text).toBe('1 1 1')
  expect(fields.map(({ name }) => name)).toEqual(['a', 'b'])
})

test('what has no value says why, in the text and beside it, and the rest of the line is there', async () => {
  const user = Object.defineProperty({ name: 'ann', password: 'x' }, 'age', { get: () => 1 })
  const { text, fields } = await line(
    '{user.name} {user.age} {user.no.x} {user.password} {nobody}',
    { user },
    {
      redactor: createNameRedactor(),
    },
  )
  expect(text).toBe(
    "ann <accessor> <failed: Cannot read 'x' of undefined (user.no)> <redacted> " +
      '<failed: nobody is not defined here; available: user>',
  )
  expect(fields.map(({ problem }) => problem?.status)).toEqual([undefined, 'omitted', 'failed', 'omitted', 'failed'])
})

describe('rendering is safe', () => {
  test('a value cannot begin a new line, colour it or turn it around', async () => {
    const name = 'a\nERROR b\u001b[31m\u202e\t'
    expect((await line('user {name}', { name })).text).toBe('user a\\nERROR b\\u001b[31m\\u202e\\t')
  })

  test('whatever the value, the line is short and no code of it runs', async () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, 'x'.repeat(100)]))
    const deep: Record<string, unknown> = {}
    deep.self = deep
    const boom = () => {
      throw new Error('ran')
    }
    const evil = {
      toString: boom,
      toJSON: boom,
      [Symbol.toPrimitive]: boom,
      get a() {
        return boom()
      },
    }
    const { text } = await line('{wide}{deep}{evil}{long}', { wide, deep, evil, long: 'y'.repeat(1e6) })
    expect(text.length).toBeLessThanOrEqual(MAX_LINE_LENGTH)
    expect((await line('{a}'.repeat(40), { a: 'z'.repeat(1_000) })).text).toHaveLength(MAX_LINE_LENGTH)
  })
})

test('a broken format is refused with its column', () => {
  const sandbox = newSandbox()
  sandboxes.push(sandbox)
  expect(sandbox.compileFormat('a {b = 1}')).toMatchObject({ status: 'refused', column: 4 })
  expect(sandbox.compileFormat('{x: a} {x: b}')).toMatchObject({
    status: 'refused',
    code: 'format_syntax',
    column: 9,
    message: 'The field x stands for two expressions; name one of them: {other: b}',
  })
})
