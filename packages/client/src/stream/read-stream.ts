import { type LightrunError, StreamEvent } from '@lightrun/core'
import { EventSource } from 'eventsource'
import { notOurs, parseJson } from '../http/failure.ts'
import { createEventQueue } from './event-queue.ts'
import { createStreamFetch } from './stream-fetch.ts'

/** The state of the connection under a stream, for those who want to show it. The stream heals it by itself. */
export type Link = { state: 'open' } | { state: 'lost'; reason: string }

export interface ReadStreamOptions {
  url: URL
  apiKey: string
  fetch: typeof globalThis.fetch
  timeoutMs: number
  maxEventBytes: number
  maxWaitingEvents: number
  signal?: AbortSignal | undefined
  lastEventId?: string | undefined
  onLink?: ((link: Link) => void) | undefined
}

/** Complete by its type: an event kind that core adds is missing here until it is listed. */
const KINDS = { hit: true, count: true, metric: true, status: true, loss: true, gap: true } satisfies Record<
  StreamEvent['kind'],
  true
>

/**
 * Connects with the first `next()`. Reconnects by itself, continuing after the last event. Ends when the signal
 * aborts; throws what no reconnect can mend (a refused key, an address that never answered, events that are not
 * ours). Leaving the loop closes the connection.
 */
export async function* readStream(options: ReadStreamOptions): AsyncGenerator<StreamEvent, void, void> {
  const { url, signal, onLink } = options
  if (signal?.aborted) return
  const events = createEventQueue<StreamEvent>({
    limit: options.maxWaitingEvents,
    gap: (missed) => ({ kind: 'gap', missed }),
  })
  const closing = new AbortController()
  const onFatal = (error: LightrunError) => {
    events.fail(error)
    closing.abort()
  }
  let reason: string | undefined
  const onTransient = (error: LightrunError) => {
    reason = error.message
  }
  const onOpen = () => onLink?.({ state: 'open' })
  const source = new EventSource(url, { fetch: createStreamFetch({ ...options, onFatal, onTransient, onOpen }) })
  const close = () => {
    events.end()
    source.close()
  }
  closing.signal.addEventListener('abort', close)
  signal?.addEventListener('abort', close)
  source.addEventListener('error', (event) => {
    if (source.readyState !== source.CONNECTING || closing.signal.aborted) return
    onLink?.({ state: 'lost', reason: reason ?? event.message ?? 'the server ended the stream' })
    reason = undefined
  })
  for (const kind of Object.keys(KINDS)) {
    source.addEventListener(kind, (event) => {
      const parsed = StreamEvent.safeParse(parseJson(String(event.data)))
      if (parsed.success) events.push(parsed.data)
      else onFatal(notOurs(url, `sent a "${kind}" event that is not ours`))
    })
  }
  // A fetch that throws at once has failed before there was anything to close.
  if (closing.signal.aborted) close()
  try {
    for (;;) {
      const next = await events.next()
      if (next.done) return
      yield next.value
    }
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}
