import {
  type AgentView,
  LightrunError,
  MAX_SOURCES,
  type OneSource,
  SOURCE_SEPARATORS,
  type Source,
  TAG_PREFIX,
} from '@lightrun/core'
import { MAX_SUGGESTED_AGENTS } from './limits.ts'

/**
 * What a typed SOURCE means: an id, a name or a tag, or several of them with `,` (any) or `+` (all) between. A tag may
 * be carried by agents that are yet to start; an id or a name must be known. What an agent is called as a whole is no list.
 *
 * @throws LightrunError `source_unknown`, with the agents that are connected; `request_invalid` for a list that is none.
 */
export function resolveSource(text: string, agents: readonly AgentView[]): Source {
  const whole = known(text, agents)
  if (whole !== undefined) return whole
  const kinds = (['any', 'all'] as const).filter((kind) => text.includes(SOURCE_SEPARATORS[kind]))
  const [kind] = kinds
  if (kind === undefined) return one(text, agents)
  if (kinds.length > 1) {
    throw new LightrunError(
      'request_invalid',
      `${text}: join sources by commas (any of them) or by + (all of them), not by both`,
    )
  }
  const of = text.split(SOURCE_SEPARATORS[kind]).map((part) => one(part.trim(), agents))
  if (of.length <= MAX_SOURCES) return { kind, of }
  throw new LightrunError('request_invalid', `${of.length} sources, at most ${MAX_SOURCES}; give these agents a tag`)
}

function one(text: string, agents: readonly AgentView[]): OneSource {
  const found = known(text, agents)
  if (found !== undefined) return found
  if (text.startsWith(TAG_PREFIX) && text !== TAG_PREFIX) return { kind: 'tag', value: text.slice(TAG_PREFIX.length) }
  throw unknown(text, agents)
}

/** What some agent is, exactly as it is written. */
function known(text: string, agents: readonly AgentView[]): OneSource | undefined {
  if (agents.some((agent) => agent.id === text)) return { kind: 'agent', value: text }
  const tag = text.startsWith(TAG_PREFIX) ? text.slice(TAG_PREFIX.length) : undefined
  if (tag !== undefined && agents.some((agent) => agent.tags.includes(tag))) return { kind: 'tag', value: tag }
  return agents.some((agent) => agent.displayName === text) ? { kind: 'name', value: text } : undefined
}

function unknown(text: string, agents: readonly AgentView[]): LightrunError {
  const connected = agents.filter((agent) => agent.connected)
  const names = [...new Set(connected.map((agent) => agent.displayName))].slice(0, MAX_SUGGESTED_AGENTS)
  const hint = names.length === 0 ? 'no agent is connected' : `connected: ${names.join(', ')}`
  return new LightrunError(
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
