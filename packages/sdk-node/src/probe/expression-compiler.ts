import { type ErrorCode, LightrunError, type Redactor } from '@lightrun/core'
import { argumentOf, readVariable, type Site, UNAVAILABLE as UNREADABLE } from '@lightrun/instrument'
import { type Evaluation, parseFormat, type Sandbox, type Slot, UNAVAILABLE } from '@lightrun/sandbox'
import { ASK_FOR_ERROR } from '../resolve/unseen-error.ts'
import type { ExpressionCompiler, Own, SiteExpression } from './expressions.ts'

export interface ExpressionCompilerOptions {
  sandbox: Sandbox
  redactor: Redactor
}

const REDACTED: Evaluation = { status: 'omitted', reason: 'redacted' }

/** Binds expressions to what a site's probe passes: names become positions once, a hit only reads them. */
export function createExpressionCompiler({ sandbox, redactor }: ExpressionCompilerOptions): ExpressionCompiler {
  async function compile(source: string, site: Site, own: Own): Promise<SiteExpression> {
    const compiled = sandbox.compile(source)
    if (compiled.status === 'refused') throw refusal(compiled)
    const { expression } = compiled
    own(expression)
    // What has a hidden name anywhere on its way is not even read.
    if (expression.references.some((path) => path.some((name) => redactor.hides(name)))) return () => REDACTED
    await expression.prepare()
    const names = site.variables.map(({ name }) => name)
    const bound = expression.bind((name) => slotOf(site, name), names)
    const outcome = site.variables[0]?.scope === 'outcome' ? site.variables[0].name : undefined
    return expression.references.some(([name]) => name === outcome) ? ifSeen(bound) : bound
  }

  return {
    compile,
    async compileFormat(format, site, own) {
      const parsed = parseFormat(format)
      if (parsed.status === 'refused') throw refusal(parsed)
      return Promise.all(
        parsed.parts.map(async (part) => {
          if (typeof part === 'string') return part
          const { field, expression } = part
          const evaluate = await compile(expression, site, own)
          // A name that hides what stands under it does so for who gives it to a value, too.
          return { field, evaluate: redactor.hides(field) ? () => REDACTED : evaluate }
        }),
      )
    },
  }
}

const NOT_SEEN: Evaluation = {
  status: 'failed',
  message: `what was thrown is not seen here: it came from elsewhere, and only leaves this function; ${ASK_FOR_ERROR}`,
}

/** An outcome that no probe can tell is asked for. */
function ifSeen(bound: SiteExpression): SiteExpression {
  return (args) => (args[0] === UNREADABLE ? NOT_SEEN : bound(args))
}

/** Most variables are arguments of the probe; the others are read through it, and may be uninitialised still. */
function slotOf(site: Site, name: string): Slot | undefined {
  const index = site.variables.findIndex((variable) => variable.name === name)
  if (index === -1) return undefined
  // Where an outcome is told, any of them may be missing.
  const isCertain = site.variables[0]?.scope !== 'outcome'
  if (isCertain && site.variables[index]?.access === 'value') return argumentOf(site, index, site.variables.length)
  return (args) => {
    const value = readVariable(site, index, args)
    return value === UNREADABLE ? UNAVAILABLE : value
  }
}

interface Refusal {
  code: ErrorCode
  message: string
  line: number
  column: number
}

const refusal = ({ code, message, line, column }: Refusal) =>
  new LightrunError(code, message, { details: { line, column } })
