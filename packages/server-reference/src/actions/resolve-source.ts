import { type AgentView, LightrunError, type Source } from '@lightrun/core'
import { MAX_SUGGESTED_AGENTS } from './limits.ts'

const TAG_PREFIX = 'tag:'

/**
 * What a typed SOURCE means. A tag may be carried by agents that are yet to start; an id or a name must be known.
 *
 * @throws LightrunError `source_unknown`, with the agents that are connected.
 */
export function resolveSource(text: string, agents: readonly AgentView[]): Source {
  if (text.startsWith(TAG_PREFIX)) {
    const value = text.slice(TAG_PREFIX.length)
    if (value !== '') return { kind: 'tag', value }
  }
  if (agents.some((agent) => agent.id === text)) return { kind: 'agent', value: text }
  if (agents.some((agent) => agent.displayName === text)) return { kind: 'name', value: text }
  const connected = agents.filter((agent) => agent.connected)
  const names = [...new Set(connected.map((agent) => agent.displayName))].slice(0, MAX_SUGGESTED_AGENTS)
  const hint = names.length === 0 ? 'no agent is connected' : `connected: ${names.join(', ')}`
  throw new LightrunError(
    'source_unknown',
    `no agent has the id or display name ${text} (${hint}); write ${TAG_PREFIX}NAME for a tag`,
    {
      details: {
        agents: connected
          .slice(0, MAX_SUGGESTED_AGENTS)
          .map(({ id, displayName, tags }) => ({ id, displayName, tags })),
      },
    },
  )
}
