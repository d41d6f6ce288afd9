import { once } from 'node:events'
import type { FastifyReply } from 'fastify'
import type { Clock } from '../clock.ts'
import type { ApiIdentity } from '../keys/key-store.ts'
import { createFollower, REPLAY_PAGE } from './follower.ts'
import type { HitStore } from './hit-store.ts'
import type { ResultHub } from './result-hub.ts'

/** A comment that often keeps proxies from closing a quiet stream, and finds keys that were deleted. */
export const HEARTBEAT_MS = 15_000

export interface FollowOptions {
  identity: ApiIdentity
  actionId?: string
  /** Replay the hits after this id first. Absent: from now on. */
  after?: number
}

/** The open `GET /stream` responses. */
export interface Streams {
  /** Takes the response over; resolves when the stream is over. */
  follow(reply: FastifyReply, options: FollowOptions): Promise<void>
  endAll(): void
}

export interface StreamsOptions {
  clock: Clock
  hub: ResultHub
  hits: HitStore
  /** Whether the key that opened the stream still exists. */
  isKeyAlive(identity: ApiIdentity): Promise<boolean>
}

export function createStreams({ clock, hub, hits, isKeyAlive }: StreamsOptions): Streams {
  const open = new Set<AbortController>()
  let isEnding = false

  return {
    async follow(reply, { identity, actionId, after }) {
      const { organisationId } = identity
      const ending = new AbortController()
      open.add(ending)
      reply.hijack()
      const { raw } = reply
      raw.once('close', () => ending.abort())
      raw.on('error', () => ending.abort())
      if (isEnding || raw.destroyed) ending.abort()
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        // nginx buffers otherwise.
        'x-accel-buffering': 'no',
        // A stream ends when the server stops: its connection must not stay behind, idle.
        connection: 'close',
      })
      raw.write(': open\n\n')

      const follower = createFollower({
        write: (text) => raw.write(text),
        drained: async () => {
          await once(raw, 'drain', { signal: ending.signal }).catch(() => undefined)
        },
      })
      const unsubscribe = hub.subscribe(organisationId, actionId, follower.take)
      let stopBeating = () => {}
      const beat = async () => {
        raw.write(': alive\n\n')
        const alive = await isKeyAlive(identity).catch(() => true)
        if (!alive) ending.abort()
        else if (!ending.signal.aborted) stopBeating = clock.after(HEARTBEAT_MS, beat)
      }
      stopBeating = clock.after(HEARTBEAT_MS, beat)
      const ofAction = actionId === undefined ? {} : { actionId }
      const replay =
        after === undefined
          ? undefined
          : (from: number) => hits.page({ organisationId, ...ofAction, after: from, limit: REPLAY_PAGE })
      try {
        await follower.run(replay, after ?? 0, ending.signal)
      } catch (error) {
        // The response has begun: closing it makes the client resume where it was.
        reply.log.warn({ err: error }, 'a stream broke off')
      } finally {
        ending.abort()
        unsubscribe()
        stopBeating()
        open.delete(ending)
        raw.end()
      }
    },
    endAll() {
      isEnding = true
      for (const ending of open) ending.abort()
    },
  }
}
