import type { Delivery } from '@lightrun/core'
import { type Answer, header } from '../net/answer.ts'
import { refusalIn } from './refusal.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Words } from './words.ts'

/**
 * What the answer to a posted frame means. Only 204 says that the frame is stored: a 200 is the page of somebody else.
 *
 * @param nowMs wall clock
 */
export function toDelivery(answer: Answer, words: Words, nowMs: number): Delivery {
  if (answer.status === 204) return { status: 'accepted' }
  const refusal = refusalIn(answer)
  if (refusal !== undefined) return { status: 'refused', code: refusal.code, message: words.quote(refusal.message) }
  const cause = words.unexpected(answer, '204')
  const afterMs = retryAfterMs(header(answer, 'retry-after'), header(answer, 'date'), nowMs)
  return afterMs === undefined ? { status: 'retry', cause } : { status: 'retry', afterMs, cause }
}
