import type { Clock } from '../clock.ts'
import { AGENT_EXPIRY_MS } from './limits.ts'

/** Who is waiting here right now. One poll per agent: a new one ends the one before, whose connection is likely dead. */
export interface Presence {
  /** The signal aborts when a newer poll of the agent begins, or all end. Call `leave` when the poll is over. */
  enter(agentId: string): { signal: AbortSignal; leave: () => void }
  isConnected(agent: { id: string; lastSeenAtMs: number }): boolean
  isPolling(agentId: string): boolean
  /** The server stops: every poll is answered now. */
  endAll(): void
}

export function createPresence(clock: Clock): Presence {
  const polls = new Map<string, AbortController>()
  let isEnding = false
  return {
    enter(agentId) {
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
    isPolling: (agentId) => polls.has(agentId),
    isConnected: ({ id, lastSeenAtMs }) => polls.has(id) || clock.now() - lastSeenAtMs < AGENT_EXPIRY_MS,
    endAll() {
      isEnding = true
      for (const poll of polls.values()) poll.abort()
    },
  }
}
