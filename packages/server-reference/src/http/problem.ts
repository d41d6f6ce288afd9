import type { ErrorCode, LightrunError, Problem } from '@lightrun/core'

/** HTTP status of a code; what is not listed is a request that cannot be followed as it is (400). */
const STATUS: Partial<Record<ErrorCode, number>> = {
  unauthorized: 401,
  forbidden: 403,
  route_unknown: 404,
  agent_unknown: 404,
  action_unknown: 404,
  source_unknown: 404,
  source_in_use: 409,
  limit_invalid: 422,
  expression_syntax: 422,
  expression_not_allowed: 422,
  expression_too_large: 422,
  format_syntax: 422,
  frame_too_large: 413,
  storage_unreachable: 503,
  internal_error: 500,
}

/** A refusal whose status or headers differ from what its code says. */
export class ProblemError extends Error {
  readonly error: LightrunError
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  constructor(error: LightrunError, answer: { status: number; headers?: Readonly<Record<string, string>> }) {
    super(error.message)
    this.error = error
    this.status = answer.status
    this.headers = answer.headers ?? {}
  }
}

/** The one shape of every refusal (RFC 9457). */
export function toProblem({ code, message, details }: LightrunError, status: number = STATUS[code] ?? 400): Problem {
  const words = code.replaceAll('_', ' ')
  return {
    type: `urn:lightrun:problem:${code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    code,
    detail: message,
    ...(Object.keys(details).length === 0 ? {} : { details }),
  }
}
