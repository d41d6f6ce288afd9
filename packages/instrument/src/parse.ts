import { type Options, type Program, parse as parseProgram } from 'acorn'
import type { ModuleFormat, UntouchedReason } from './contract.ts'
import { MAX_SOURCE_LENGTH } from './limits.ts'

export type Parsed =
  | { ok: true; program: Program }
  | { ok: false; reason: UntouchedReason; message: string; offset?: number }

/**
 * Parses as the host will compile: `commonjs` is the body of a sloppy function (top-level `return`, `new.target`, and
 * `await` as a name), `module` is strict. Parentheses are kept, as nodes, because text is inserted around expressions.
 */
export function parse(source: string, format: ModuleFormat): Parsed {
  if (source.length > MAX_SOURCE_LENGTH) {
    const message = `${source.length} characters; at most ${MAX_SOURCE_LENGTH} are read`
    return { ok: false, reason: 'too_large', message }
  }
  const options: Options = { ecmaVersion: 'latest', sourceType: format, preserveParens: true }
  try {
    return { ok: true, program: parseProgram(source, options) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof RangeError || message.startsWith('Not enough stack'))
      return { ok: false, reason: 'too_deep', message }
    if (!(error instanceof SyntaxError)) return { ok: false, reason: 'internal_fault', message }
    const offset = 'pos' in error && typeof error.pos === 'number' ? error.pos : undefined
    return { ok: false, reason: 'syntax_error', message, ...(offset === undefined ? {} : { offset }) }
  }
}
