import { LightrunError, VERSION_HEADER } from '@lightrun/core'
import { type Answer, header } from '../net/answer.ts'
import { refusalIn } from './refusal.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Words } from './words.ts'

/** What a poll brought. */
export type News = { status: 'none' } | { status: 'frame'; version: number; frame: Uint8Array }

/**
 * @param nowMs wall clock
 * @throws LightrunError `unauthorized`; `agent_unknown`; `link_lost` for anything that is no answer to a poll, with
 *   `details.afterMs` when the server said how long to stay away
 */
export function toNews(answer: Answer, words: Words, nowMs: number): News {
  if (answer.status === 204) return { status: 'none' }
  const version = versionOf(answer)
  if (answer.status === 200 && version !== undefined) {
    if (answer.body !== undefined) return { status: 'frame', version, frame: answer.body }
    throw new LightrunError(
      'link_lost',
      'the server sent a frame over the limit; delete actions, or upgrade the agent',
      {
        cause: new LightrunError('frame_too_large', `desired state ${version} has more bytes than a frame may have`),
      },
    )
  }
  const refusal = refusalIn(answer)
  if (refusal?.code === 'unauthorized' || refusal?.code === 'agent_unknown') {
    throw new LightrunError(refusal.code, words.quote(refusal.message))
  }
  const cause = words.unexpected(answer, answer.status === 200 ? '200 with a version' : '200 or 204')
  const afterMs = retryAfterMs(header(answer, 'retry-after'), header(answer, 'date'), nowMs)
  throw new LightrunError('link_lost', cause.message, { cause, ...(afterMs !== undefined && { details: { afterMs } }) })
}

function versionOf(answer: Answer): number | undefined {
  const text = header(answer, VERSION_HEADER)
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined
  const version = Number(text)
  return Number.isSafeInteger(version) ? version : undefined
}
