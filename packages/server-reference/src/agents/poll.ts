import { type DesiredState, LightrunError, LONG_POLL_SECONDS } from '@lightrun/core'
import type { Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import type { PoolIdentity } from '../keys/key-store.ts'
import type { Database } from '../storage/database.ts'
import type { StateChanges } from '../storage/state-changes.ts'
import type { AgentIdentity, DesiredStates } from './desired-states.ts'
import type { Presence } from './presence.ts'

export interface PollOptions {
  db: Kysely<Database>
  clock: Clock
  changes: StateChanges
  states: DesiredStates
  presence: Presence
}

/**
 * Waits for a desired state newer than `after`; `undefined` after `LONG_POLL_SECONDS`, or when the signal aborts.
 *
 * @throws LightrunError `agent_unknown`, or `unauthorized` for an agent of another pool.
 */
export type Poll = (
  pool: PoolIdentity,
  asked: { agentId: string; after: number },
  signal: AbortSignal,
) => Promise<DesiredState | undefined>

export function createPoll({ db, clock, changes, states, presence }: PollOptions): Poll {
  async function look(pool: PoolIdentity, agentId: string): Promise<AgentIdentity> {
    const agent = await states.find(agentId)
    if (agent === undefined) {
      throw new LightrunError('agent_unknown', 'this agent has not registered here; send a frame with a hello')
    }
    if (agent.poolId !== pool.poolId) {
      throw new LightrunError('unauthorized', 'this agent registered with the key of another pool')
    }
    return agent
  }

  return async (pool, { agentId, after }, signal) => {
    // Subscribed before the version is read, so that no change falls between the two.
    const bell = createBell()
    const unsubscribe = changes.subscribe(pool.organisationId, bell.ring)
    let rung = bell.next()
    let isOver = false
    const end = () => {
      isOver = true
      bell.ring()
    }
    const cancelTimeout = clock.after(LONG_POLL_SECONDS * 1_000, end)
    let leave = () => {}
    const onGone = () => presence.lost(agentId)
    try {
      // Before anything is changed for this agent: another pool's key must not end its poll.
      let agent = await look(pool, agentId)
      const own = presence.enter(agentId)
      leave = own.leave
      if (signal.aborted) onGone()
      else signal.addEventListener('abort', onGone)
      for (const each of [signal, own.signal]) {
        if (each.aborted) end()
        else each.addEventListener('abort', end, { once: true })
      }
      await db.updateTable('agents').set({ last_seen_at_ms: clock.now() }).where('id', '=', agentId).execute()
      while (agent.stateVersion <= after) {
        await rung
        if (isOver) return undefined
        rung = bell.next()
        agent = await look(pool, agentId)
      }
      return await states.read(agent)
    } finally {
      signal.removeEventListener('abort', onGone)
      cancelTimeout()
      unsubscribe()
      leave()
    }
  }
}

/** `next` resolves with the first ring after it was called. */
function createBell(): { ring: () => void; next: () => Promise<void> } {
  let waiting: (() => void)[] = []
  return {
    ring() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
  }
}
