import { type ErrorCode, LightrunError, type Redactor } from '@lightrun/core'
import { readVariable, type Site, UNAVAILABLE } from '@lightrun/instrument'
import { check, parseFormat, type Sandbox } from '@lightrun/sandbox'
import type { ExpressionCompiler, Outcome, SiteExpression } from './expressions.ts'

export interface ExpressionCompilerOptions {
  sandbox: Sandbox
  redactor: Redactor
}

const REDACTED: Outcome = { status: 'omitted', reason: 'redacted' }

/** Binds expressions to what a site's probe passes: names become slots once, a hit only fills them. */
export function createExpressionCompiler({ sandbox, redactor }: ExpressionCompilerOptions): ExpressionCompiler {
  async function compile(source: string, site: Site): Promise<SiteExpression> {
    const checked = check(source)
    if (checked.status === 'refused') throw refusal(checked)
    // What has a hidden name anywhere on its way is not even read.
    if (checked.references.some((path) => path.some((name) => redactor.hides(name)))) return () => REDACTED
    const roots = new Set(checked.references.map(([root = '']) => root))
    const slots = site.variables.flatMap(({ name }, index) => (roots.has(name) ? [{ name, index }] : []))
    const expression = await sandbox.compile(source)
    const evaluate = expression.bind(slots.map(({ name }) => name))
    return (args) => {
      const values = new Array<unknown>(slots.length)
      // By index: iterating would run what an application may have put on Array.prototype.
      for (let slot = 0; slot < slots.length; slot++) {
        const { name, index } = slots[slot] as Slot
        const value = readVariable(site, index, args)
        if (value === UNAVAILABLE) return { status: 'failed', message: `${name} is not initialised yet` }
        values[slot] = value
      }
      return evaluate(values)
    }
  }

  return {
    compile,
    async compileFormat(format, site) {
      const parsed = parseFormat(format)
      if (parsed.status === 'refused') throw refusal(parsed)
      return Promise.all(parsed.parts.map((part) => (typeof part === 'string' ? part : compile(part.expression, site))))
    },
  }
}

interface Slot {
  name: string
  /** Into the site's variables. */
  index: number
}

interface Refusal {
  code: ErrorCode
  message: string
  line: number
  column: number
}

const refusal = ({ code, message, line, column }: Refusal) =>
  new LightrunError(code, message, { details: { line, column } })
