import { check, parseFormat } from '@lightrun/sandbox/check'
import type { ExpressionChecks } from './expression-checks.ts'

/** The sandbox's own rules: what the server accepts, the agents evaluate. */
export const sandboxChecks: ExpressionChecks = {
  expression(source) {
    const checked = check(source)
    return checked.status === 'refused' ? checked : undefined
  },
  format(text) {
    const parsed = parseFormat(text)
    return parsed.status === 'refused' ? parsed : undefined
  },
}
