import type { Clock } from '../clock.ts'
import { AGENT_EXPIRY_MS, AGENT_LOST_MS } from './limits.ts'

/** Who is waiting here right now. One poll per agent: a new one ends the one before, whose connection is likely dead. */
export interface Presence {
  /** The signal aborts when a newer poll of the agent begins, or all end. Call `leave` when the poll is over. */
  enter(agentId: string): { signal: AbortSignal; leave: () => void }
  /** The agent itself broke off its poll: it ended, or its connection did. */
  lost(agentId: string): void
  isConnected(agent: { id: string; lastSeenAtMs: number }): boolean
  isPolling(agentId: string): boolean
  /** The server stops: every poll is answered now. */
  endAll(): void
}

export function createPresence(clock: Clock): Presence {
  const polls = new Map<string, AbortController>()
  /** When an agent that has not come back was lost. Forgotten once its last word alone says so. */
  const lostAtMs = new Map<string, number>()
  let isEnding = false
  return {
    enter(agentId) {
      lostAtMs.delete(agentId)
      polls.get(agentId)?.abort()
      const poll = new AbortController()
      polls.set(agentId, poll)
      if (isEnding) poll.abort()
      return {
        signal: poll.signal,
        leave() {
          if (polls.get(agentId) === poll) polls.delete(agentId)
        },
      }
    },
    lost(agentId) {
      const nowMs = clock.now()
      for (const [id, atMs] of lostAtMs) if (nowMs - atMs > AGENT_EXPIRY_MS) lostAtMs.delete(id)
      if (!isEnding) lostAtMs.set(agentId, nowMs)
    },
    isPolling: (agentId) => polls.has(agentId),
    isConnected({ id, lastSeenAtMs }) {
      if (polls.has(id)) return true
      const nowMs = clock.now()
      const lost = lostAtMs.get(id)
      if (lost !== undefined && lost >= lastSeenAtMs) return nowMs - lost < AGENT_LOST_MS
      return nowMs - lastSeenAtMs < AGENT_EXPIRY_MS
    },
    endAll() {
      isEnding = true
      for (const poll of polls.values()) poll.abort()
    },
  }
}
