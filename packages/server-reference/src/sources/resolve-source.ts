import {
  type AgentSet,
  type AgentSource,
  type AgentView,
  CUSTOM_PREFIX,
  type CustomSourceView,
  LightrunError,
  MAX_SOURCES,
  type OneSource,
  SOURCE_SEPARATORS,
  type Source,
  TAG_PREFIX,
} from '@lightrun/core'
import { MAX_SUGGESTED_AGENTS } from '../actions/limits.ts'
import { MAX_SUGGESTED_SOURCES } from './limits.ts'

/** What there is to be named. */
export interface Nameable {
  agents: readonly AgentView[]
  sources: readonly CustomSourceView[]
}

/**
 * What a typed SOURCE means: an id, a name, a tag or a custom source, or several of them with `,` (any) or `+` (all)
 * between. A tag may be carried by agents that are yet to start; the others must be known. What an agent is called as a
 * whole is no list.
 *
 * @throws LightrunError `source_unknown`, with what there is; `request_invalid` for a list that is none.
 */
export function resolveSource(text: string, { agents, sources }: Nameable): Source {
  return resolve<OneSource>(text, agents, (part) => {
    const found = agentSource(part, agents)
    if (found !== undefined) return found
    if (!part.startsWith(CUSTOM_PREFIX)) throw unknown(part, agents)
    const name = part.slice(CUSTOM_PREFIX.length)
    if (!sources.some((source) => source.name === name)) throw unknownCustom(name, sources)
    return { kind: 'custom', value: name }
  })
}

/**
 * What a custom source is to stand for: the same, but for other custom sources, whose changes nobody would expect here.
 *
 * @throws LightrunError as `resolveSource` does, and `request_invalid` for a custom source.
 */
export function resolveAgentSet(text: string, agents: readonly AgentView[]): AgentSet {
  return resolve<AgentSource>(text, agents, (part) => {
    const found = agentSource(part, agents)
    if (found !== undefined) return found
    if (!part.startsWith(CUSTOM_PREFIX)) throw unknown(part, agents)
    throw new LightrunError(
      'request_invalid',
      `${part}: a custom source is made of agents and tags, not of other custom sources`,
    )
  })
}

function resolve<One>(
  text: string,
  agents: readonly AgentView[],
  resolveOne: (text: string) => One,
): One | { kind: 'any' | 'all'; of: One[] } {
  if (known(text, agents) !== undefined) return resolveOne(text)
  const kinds = (['any', 'all'] as const).filter((kind) => text.includes(SOURCE_SEPARATORS[kind]))
  const [kind] = kinds
  if (kind === undefined) return resolveOne(text)
  if (kinds.length > 1) {
    throw new LightrunError(
      'request_invalid',
      `${text}: join sources by commas (any of them) or by + (all of them), not by both`,
    )
  }
  const of = text.split(SOURCE_SEPARATORS[kind]).map((part) => resolveOne(part.trim()))
  if (of.length <= MAX_SOURCES) return { kind, of }
  throw new LightrunError('request_invalid', `${of.length} sources, at most ${MAX_SOURCES}; give these agents a tag`)
}

function agentSource(text: string, agents: readonly AgentView[]): AgentSource | undefined {
  const isTag = text.startsWith(TAG_PREFIX) && text !== TAG_PREFIX
  return known(text, agents) ?? (isTag ? { kind: 'tag', value: text.slice(TAG_PREFIX.length) } : undefined)
}

/** What some agent is, exactly as it is written. */
function known(text: string, agents: readonly AgentView[]): AgentSource | undefined {
  if (agents.some((agent) => agent.id === text)) return { kind: 'agent', value: text }
  const tag = text.startsWith(TAG_PREFIX) ? text.slice(TAG_PREFIX.length) : undefined
  if (tag !== undefined && agents.some((agent) => agent.tags.includes(tag))) return { kind: 'tag', value: tag }
  return agents.some((agent) => agent.displayName === text) ? { kind: 'name', value: text } : undefined
}

function unknownCustom(name: string, sources: readonly CustomSourceView[]): LightrunError {
  const names = sources.slice(0, MAX_SUGGESTED_SOURCES).map((source) => CUSTOM_PREFIX + source.name)
  const hint = names.length === 0 ? 'none has been saved' : `there are: ${names.join(', ')}`
  return new LightrunError('source_unknown', `there is no custom source ${name} (${hint})`, {
    details: { sources: names },
  })
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
