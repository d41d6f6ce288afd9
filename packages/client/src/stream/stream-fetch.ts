import { LightrunError } from '@lightrun/core'
import type { EventSourceFetchInit, FetchLikeResponse } from 'eventsource'
import { notOurs, refusal, timedOut, tooLarge, unreachable } from '../http/failure.ts'
import { readBounded } from '../http/read-bounded.ts'
import { boundedBody } from './bounded-body.ts'

export interface StreamFetchOptions {
  url: URL
  apiKey: string
  fetch: typeof globalThis.fetch
  /** For the answer's headers or a refusal; the stream itself may be silent for as long as nothing happens. */
  timeoutMs: number
  maxEventBytes: number
  /** Where to continue on the first connection; the event source remembers it on those that follow. */
  lastEventId?: string | undefined
  onOpen: () => void
  /** No reconnect can mend this. */
  onFatal: (error: LightrunError) => void
  /** The event source will try again. */
  onTransient: (error: LightrunError) => void
}

/**
 * How an event source reaches the server: with the key, and with a verdict on every failure. What rejects is
 * tried again by the event source; what went to `onFatal` is not. Until the first connection stands, every
 * failure is fatal: someone is waiting to hear that the address is wrong.
 */
export function createStreamFetch(
  options: StreamFetchOptions,
): (url: string | URL, init: EventSourceFetchInit) => Promise<FetchLikeResponse> {
  const { url, maxEventBytes } = options
  let wasOpen = false

  const judge = (error: LightrunError, mayPass: boolean): LightrunError => {
    if (mayPass && wasOpen) options.onTransient(error)
    else options.onFatal(error)
    return error
  }

  return async (_url, init) => {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), options.timeoutMs)
    try {
      const response = await options.fetch(url, {
        ...init,
        headers: headersOf(options, init),
        // Followed redirects take the key to another place.
        redirect: 'manual',
        signal: AbortSignal.any([init.signal, patience.signal]),
      })
      if (!response.ok) {
        const body = await readBounded(response, maxEventBytes)
        throw judge(refusal(url, response, body ?? ''), response.status === 429 || response.status >= 500)
      }
      if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        throw judge(notOurs(url, 'did not answer with a stream of events'), false)
      }
      wasOpen = true
      options.onOpen()
      const { status, headers, body } = response
      const refuse = () => judge(tooLarge(url, maxEventBytes), false)
      return { url: url.href, redirected: false, status, headers, body: boundedBody(body, maxEventBytes, refuse) }
    } catch (error) {
      if (LightrunError.is(error) || init.signal.aborted) throw error
      throw judge(patience.signal.aborted ? timedOut(url, options.timeoutMs) : unreachable(url, error), true)
    } finally {
      clearTimeout(timer)
    }
  }
}

function headersOf(options: StreamFetchOptions, init: EventSourceFetchInit): Record<string, string> {
  const resume = options.lastEventId === undefined ? {} : { 'Last-Event-ID': options.lastEventId }
  return { ...resume, ...init.headers, authorization: `Bearer ${options.apiKey}` }
}
