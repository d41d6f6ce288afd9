import { types } from 'node:util'
import { createMirror } from '@lightrun/core'
import {
  type CompileOptions,
  createSandbox,
  type Evaluation,
  type Expression,
  type Sandbox,
  type SandboxOptions,
} from '../src/index.ts'

/** With a deadline that a busy machine does not miss. */
export const newSandbox = (options: Partial<SandboxOptions> = {}): Sandbox =>
  createSandbox({ mirror: createMirror(types), limits: { timeMs: 5_000 }, ...options })

/** With QuickJS loaded. */
export async function loadedSandbox(): Promise<Sandbox> {
  const sandbox = newSandbox()
  using expression = compiled(sandbox, 'new RegExp("a").test("a")')
  await expression.prepare()
  return sandbox
}

export function compiled(sandbox: Sandbox, source: string, options: CompileOptions = {}): Expression {
  const result = sandbox.compile(source, options)
  if (result.status === 'refused') throw new Error(`${source} was refused: ${result.message}`)
  return result.expression
}

/** Compiles, prepares, evaluates once, disposes. */
export async function evaluate(
  sandbox: Sandbox,
  source: string,
  scope: Record<string, unknown> = {},
  options: CompileOptions = {},
): Promise<Evaluation> {
  using expression = compiled(sandbox, source, options)
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

export const value = (expected: unknown): Evaluation => ({ status: 'value', value: expected })
export const unsafe = (of: string): Evaluation => ({ status: 'omitted', reason: 'unsafe', of })
