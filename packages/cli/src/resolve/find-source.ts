import type { AgentView } from '@lightrun/core'
import { CommandError, EXIT } from '../exit-code.ts'

/** Fewer characters than this are a name, not the beginning of an agent id. */
const MIN_PREFIX = 4

/**
 * SOURCE as the server takes it: an agent id written in full, a display name, `tag:NAME` or `custom:NAME` stay as they are; the
 * beginning of one agent's id becomes that id. What matches nothing stays too: the server has the last word.
 */
export function resolveSource(agents: readonly AgentView[], written: string): string {
  const isKnown = agents.some((agent) => agent.id === written || agent.displayName === written)
  if (isKnown || written.startsWith('tag:') || written.length < MIN_PREFIX) return written
  const matches = agents.filter((agent) => agent.id.startsWith(written))
  const [only] = matches
  if (only === undefined) return written
  if (matches.length === 1) return only.id
  throw new CommandError(
    EXIT.refused,
    'source_unknown',
    `${matches.length} agents have an id that begins with "${written}"; write more of it`,
    matches.slice(0, 5).map((agent) => `  ${agent.id}  ${agent.displayName}`),
  )
}
