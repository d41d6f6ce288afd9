import { type ErrorCode, LightrunError } from '@lightrun/core'
import { MAX_DETAIL_LENGTH } from '../limits.ts'
import { type Answer, header } from '../net/answer.ts'
import { problemIn } from './refusal.ts'

/** How a transport speaks of its server: with its address, never with its key. */
export interface Words {
  /** Text of the server, fit to be repeated: bounded, without control characters, and without the key it may echo. */
  quote(text: string): string
  /** Why there was no answer. The cause keeps its words and code only: a parser's error holds all that was received. */
  noAnswer(code: ErrorCode, cause: unknown): LightrunError
  /** An answer that no server of ours gives to this request. */
  unexpected(answer: Answer, expected: string): LightrunError
}

export function createWords(origin: string, secret: string): Words {
  function quote(text: string): string {
    const clean = text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed; messages end in logs and terminals
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
      // Before it is cut: half a key is not found any more.
      .replaceAll(secret, '[key]')
      .trim()
    return clean.length > MAX_DETAIL_LENGTH ? `${clean.slice(0, MAX_DETAIL_LENGTH)}…` : clean
  }

  return {
    quote,
    noAnswer(code, cause) {
      const why = quote(reason(cause))
      const known = codeOf(cause)
      const advice = adviceFor(known.code ?? '')
      const message = `no answer from ${origin}: ${why}; ${advice}`
      return new LightrunError(code, message, { cause: Object.assign(new Error(why), known) })
    },
    unexpected(answer, expected) {
      const { status } = answer
      const problem = problemIn(answer)
      if (problem !== undefined) {
        return new LightrunError(problem.code, `${origin} answered ${status}: ${quote(problem.message)}`)
      }
      if (status >= 300 && status < 400) {
        return new LightrunError(
          'server_error',
          `${origin} redirects${targetOf(answer, origin)}; redirects are not followed, set the endpoint to the final address`,
        )
      }
      const advice =
        status >= 500 || status === 429 || status === 408 || status === 425
          ? 'it is asked again later'
          : 'check that the endpoint is that of a lightrun server'
      return new LightrunError('server_error', `${origin} answered ${status} instead of ${expected}; ${advice}`)
    },
  }
}

function adviceFor(code: string): string {
  if (code === 'CERT_NOT_PINNED') return 'pin that key if it is yours; otherwise somebody is between you and the server'
  if (/CERT|LEAF_SIGNATURE/.test(code))
    return 'trust the authority that signed the certificate (caPath, LIGHTRUN_CA_PATH), or use the name it was made for'
  return 'check the address and that the server runs'
}

/** Only where to: the rest of an address may carry secrets of others. */
function targetOf(answer: Answer, origin: string): string {
  const location = header(answer, 'location') ?? ''
  return URL.canParse(location, origin) ? ` to ${new URL(location, origin).origin}` : ''
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // An attempt at several addresses fails with an error without a message.
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(reason).join(', ')
  return cause.message || cause.name
}

/** `ECONNREFUSED`, `CERT_HAS_EXPIRED`, … */
function codeOf(cause: unknown): { code?: string } {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? { code: cause.code } : {}
}
