import type { HitList, StreamEvent } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { createFollower, MAX_WAITING_BYTES } from './follower.ts'
import { toServerSentEvent } from './result-hub.ts'

const hit = (id: number, text = ''): StreamEvent & { kind: 'hit' } => ({
  kind: 'hit',
  hit: { id, actionId: 'a', agentId: 'x', agentName: 'x', atMs: 1, data: { type: 'log', level: 'info', text } },
})
const published = (event: StreamEvent) => ({ event, text: toServerSentEvent(event) })

function stand() {
  const written: StreamEvent[] = []
  let isFull = false
  let drain = () => {}
  const leaving = new AbortController()
  const follower = createFollower({
    write(text) {
      written.push(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? ''))
      return !isFull
    },
    drained: () =>
      new Promise((resolve) => {
        drain = resolve
      }),
  })
  return {
    follower,
    leaving,
    ids: () => written.map((event) => (event.kind === 'hit' ? event.hit.id : event)),
    full(value: boolean) {
      isFull = value
      if (!value) drain()
    },
    settle: async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve()
    },
  }
}

describe('a follower', () => {
  it('replays page by page, then goes on with what came meanwhile, once each', async () => {
    const { follower, leaving, ids, settle } = stand()
    const pages: Record<number, HitList> = {
      1: { hits: [hit(2).hit, hit(3).hit], next: 3 },
      3: { hits: [hit(4).hit] },
    }
    const running = follower.run(
      async (after) => {
        follower.take(published(hit(after + 1)))
        return pages[after] ?? { hits: [] }
      },
      1,
      leaving.signal,
    )
    follower.take(published(hit(5)))
    await settle()
    expect(ids()).toEqual([2, 3, 4, 5])
    leaving.abort()
    await running
  })

  it('that is slow gets a gap where events were skipped, and goes on after it', async () => {
    const { follower, leaving, ids, full, settle } = stand()
    const running = follower.run(undefined, 0, leaving.signal)
    full(true)
    follower.take(published(hit(1)))
    await settle()
    const large = 'x'.repeat(MAX_WAITING_BYTES / 2)
    for (const id of [2, 3, 4]) follower.take(published(hit(id, large)))
    follower.take(published(hit(5)))
    full(false)
    await settle()
    follower.take(published(hit(6)))
    await settle()
    expect(ids()).toEqual([1, 2, { kind: 'gap', missed: 3 }, 6])
    leaving.abort()
    await running
  })

  it('ends while it waits for events, and before it began', async () => {
    const { follower, leaving, settle } = stand()
    const running = follower.run(undefined, 0, leaving.signal)
    await settle()
    leaving.abort()
    await running
    await follower.run(undefined, 0, leaving.signal)
  })

  it('fails when the replay does', async () => {
    const { follower, leaving } = stand()
    const replay = async () => Promise.reject(new Error('database gone'))
    await expect(follower.run(replay, 0, leaving.signal)).rejects.toThrow('database gone')
  })
})
