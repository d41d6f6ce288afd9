import { type ErrorCode, isErrorCode, Problem, parse } from '@lightrun/core'
import { type Answer, header } from '../net/answer.ts'

/** The server's own no, as opposed to that of a proxy before it. */
export interface Refusal {
  code: ErrorCode
  /** What the server said, unshortened and untrusted. */
  message: string
}

const decoder = new TextDecoder()
/** A server newer than this agent may have codes that we do not know yet. It is a refusal all the same. */
const CODE_OF_NEWER_SERVER = 'request_invalid'

/**
 * The refusal in an answer from 400 to 499, or `undefined` when it is none: 408, 425 and 429 ask for patience, and
 * what carries no problem of ours was not said by our server. Two statuses need no words: 401 and 413.
 */
export function refusalIn(answer: Answer): Refusal | undefined {
  const { status } = answer
  if (status < 400 || status > 499 || status === 408 || status === 425 || status === 429) return undefined
  const problem = problemIn(answer)
  if (problem !== undefined) return problem
  if (status === 401) return { code: 'unauthorized', message: 'the server refused the key; check the secret' }
  if (status === 413)
    return { code: 'frame_too_large', message: 'the server, or a proxy before it, takes smaller requests' }
  return undefined
}

/** The problem an answer carries (RFC 9457), whatever its status. */
export function problemIn(answer: Answer): Refusal | undefined {
  const type = header(answer, 'content-type') ?? ''
  if (!/^application\/problem\+json\s*(;|$)/i.test(type) || answer.body === undefined) return undefined
  const json = parseJson(answer.body)
  if (typeof json !== 'object' || json === null || !('code' in json) || typeof json.code !== 'string') return undefined
  const known = isErrorCode(json.code)
  const parsed = parse(Problem, known ? json : { ...json, code: CODE_OF_NEWER_SERVER })
  if (parsed.status === 'refused') return undefined
  const { code, detail } = parsed.value
  return { code, message: known ? detail : `${json.code}: ${detail}` }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    return undefined
  }
}
