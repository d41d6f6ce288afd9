import type { HitList } from '@lightrun/core'
import { type Published, toServerSentEvent } from './result-hub.ts'

/** Bytes that wait for one slow follower, beside what the socket holds. Beyond, events are skipped and counted. */
export const MAX_WAITING_BYTES = 4 * 1024 * 1024
/** Hits read at a time for a follower that resumes. */
export const REPLAY_PAGE = 100

/** The far end of a stream. */
export interface Sink {
  /** Whether there is room for more right away. */
  write(text: string): boolean
  /** Resolves when there is room again, or the stream is over. */
  drained(): Promise<void>
}

/**
 * Between the hub, which never waits, and a connection that may be slow. Starts by replaying the hits after a
 * cursor; what happens meanwhile waits, and nothing comes twice.
 */
export interface Follower {
  take(published: Published): void
  /** Runs until `signal` aborts. */
  run(replay: ((after: number) => Promise<HitList>) | undefined, after: number, signal: AbortSignal): Promise<void>
}

export function createFollower(sink: Sink): Follower {
  const waiting: Published[] = []
  let waitingBytes = 0
  let missed = 0
  let wake = () => {}

  const write = async (text: string) => {
    if (!sink.write(text)) await sink.drained()
  }

  return {
    take(published) {
      // Once events were skipped, all are until the follower has caught up: one gap, in its place.
      if (missed > 0 || waitingBytes + published.text.length > MAX_WAITING_BYTES) missed += 1
      else {
        waiting.push(published)
        waitingBytes += published.text.length
      }
      wake()
    },

    async run(replay, after, signal) {
      signal.addEventListener('abort', () => wake(), { once: true })
      let last = after
      for (let page = await replay?.(last); page !== undefined && !signal.aborted; page = await replay?.(page.next)) {
        for (const hit of page.hits) {
          await write(toServerSentEvent({ kind: 'hit', hit }))
          last = hit.id
        }
        if (page.next === undefined) break
      }
      while (!signal.aborted) {
        for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
          waitingBytes -= next.text.length
          if (next.event.kind === 'hit' && next.event.hit.id <= last) continue
          await write(next.text)
        }
        const skipped = missed
        missed = 0
        if (skipped > 0) await write(toServerSentEvent({ kind: 'gap', missed: skipped }))
        if (waiting.length === 0 && missed === 0 && !signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    },
  }
}
