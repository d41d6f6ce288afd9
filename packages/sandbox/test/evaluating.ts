import { types } from 'node:util'
import { createMirror } from '@lightrun/core'
import { createSandbox, type Evaluation, type Expression, type Sandbox, type SandboxOptions } from '../src/index.ts'

/** With a deadline that a busy machine does not miss. */
export const newSandbox = (options: Partial<SandboxOptions> = {}): Sandbox =>
  createSandbox({ mirror: createMirror(types), limits: { timeMs: 5_000 }, ...options })

export function compiled(sandbox: Sandbox, source: string): Expression {
  const result = sandbox.compile(source)
  if (result.status === 'refused') throw new Error(`${source} was refused: ${result.message}`)
  return result.expression
}

/** Compiles, prepares, evaluates once, disposes. */
export async function evaluate(
  sandbox: Sandbox,
  source: string,
  scope: Record<string, unknown> = {},
): Promise<Evaluation> {
  using expression = compiled(sandbox, source)
  await expression.prepare()
  return expression.evaluate(scopeOf(scope))
}

export const scopeOf = (variables: Record<string, unknown>) => ({
  read: (name: string) =>
    Object.hasOwn(variables, name)
      ? ({ status: 'value', value: variables[name] } as const)
      : ({ status: 'absent' } as const),
  names: () => Object.keys(variables),
})

/** The same expression so that QuickJS evaluates it: its variables become parameters of a callback. */
export const insideCallback = (source: string, names: readonly string[]): string =>
  `[[${names.join()}]].map(([${names.join()}]) => (${source}))[0]`

export const value = (expected: unknown): Evaluation => ({ status: 'value', value: expected })
export const unsafe = (of: string): Evaluation => ({ status: 'omitted', reason: 'unsafe', of })
