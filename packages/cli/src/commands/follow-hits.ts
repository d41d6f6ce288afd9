import type { Client } from '@lightrun/client'
import type { ActionView, StreamEvent } from '@lightrun/core'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { dim } from '../output/line.ts'
import { isMeasurement, LOSS_WORDS } from '../render/action-text.ts'
import type { Feed } from './feed.ts'

/** Hits asked for at once: snapshots can have a megabyte each. */
export const PAGE = 100

export interface FollowHitsOptions {
  session: Session
  client: Client
  feed: Feed
  action: ActionView
  /** Id of the last hit already known. */
  after?: number | undefined
}

/**
 * Stored hits, then live ones, each once and none left out. The stream is open before the first page is read, so
 * nothing falls between the two, and what is in both is known by its id. What the stream missed is read from storage.
 */
export async function followHits(options: FollowHitsOptions): Promise<ExitCode> {
  const { session, client, feed, action } = options
  const closing = new AbortController()
  const opened = openLatch()
  let { after } = options

  const catchUp = async () => {
    const from = after === undefined ? {} : { after }
    for await (const hit of client.allHits(action.id, { ...from, limit: PAGE, signal: session.signal })) {
      await feed.hit(hit)
      after = hit.id
    }
  }
  const handle = async (event: StreamEvent) => {
    if (event.kind === 'gap') return catchUp()
    if (event.kind === 'hit') {
      if (event.hit.id > (after ?? -1)) await feed.hit(event.hit)
      after = Math.max(after ?? -1, event.hit.id)
      return
    }
    if (!session.json || event.kind === 'count' || event.kind === 'metric') return feed.event(event)
    // Standard output carries hits, counts or measurements only; what is lost is told all the same.
    if (event.kind === 'loss') session.terminal.err([dim(`${event.count} ${LOSS_WORDS[event.reason]}`)])
  }

  const signal = AbortSignal.any([session.signal, closing.signal])
  const onLink: Feed['link'] = (link) => {
    feed.link(link)
    opened.release()
  }
  const live = client.stream({ actionId: action.id, signal, onLink })[Symbol.asyncIterator]()
  try {
    let next = live.next()
    // A stream that fails to open is told by `next`; one that opens is told by `onLink` before any event.
    await Promise.race([opened.released, next])
    if (action.task.type === 'counter') feed.total(action)
    else if (isMeasurement(action.task)) await feed.metrics(action)
    else await catchUp()
    for (;;) {
      const { done, value: event } = await next
      if (done) return EXIT.ok
      await handle(event)
      next = live.next()
    }
  } finally {
    // Not `live.return()`: that would wait for an event that may never come.
    closing.abort()
  }
}

function openLatch(): { released: Promise<void>; release: () => void } {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return { released, release: () => release() }
}
