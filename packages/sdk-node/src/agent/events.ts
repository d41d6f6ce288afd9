/** What becomes of the agent of this process. */
export const AGENT_EVENTS = [
  /** It runs; the server does not know of it yet. */
  'started',
  /** The server has accepted it. */
  'registered',
  /** The organisation has switched it off: everything is taken off, and it waits. */
  'remotelyDisabled',
  /** It has left: `stop()` is through. */
  'stopped',
] as const
export type AgentEvent = (typeof AGENT_EVENTS)[number]

export interface AgentEvents {
  /** Calls `listener` each time, until the answer is called. */
  on(event: AgentEvent, listener: () => void): () => void
  /** Never throws: of a listener that does, `onFault` is told. */
  emit(event: AgentEvent): void
}

export function createAgentEvents(onFault: (event: AgentEvent) => void): AgentEvents {
  const listeners = new Map<AgentEvent, Set<() => void>>()
  return {
    on(event, listener) {
      // An object of its own: a function that is added twice is called twice, and each can be taken back.
      const each = () => listener()
      const known = listeners.get(event) ?? new Set()
      listeners.set(event, known.add(each))
      return () => void known.delete(each)
    },
    emit(event) {
      for (const listener of [...(listeners.get(event) ?? [])]) {
        try {
          listener()
        } catch {
          onFault(event)
        }
      }
    },
  }
}
