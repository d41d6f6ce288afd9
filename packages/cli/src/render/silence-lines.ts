import { type ActionView, type AgentView, bindsTo } from '@lightrun/core'
import { dim, type Line, yellow } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { agentName } from './agent-name.ts'
import { span } from './time.ts'

/**
 * One line for each connected agent that an active action is for and that has not said a word on it, or no more than
 * that it got it. It is there: its event loop runs something else.
 */
export function silenceLines(action: ActionView, agents: readonly AgentView[], nowMs: number): Line[] {
  if (action.state !== 'active') return []
  const isSilent = ({ id }: AgentView) =>
    !action.agents.some(({ agentId, status }) => agentId === id && status.state !== 'received')
  return agents
    .filter((agent) => agent.connected && bindsTo(action.source, agent) && isSilent(agent))
    .map((agent) => {
      // An agent that came later had less time.
      const sinceMs = Math.max(action.createdAtMs, agent.startedAtMs)
      const wait = `no answer for ${span(nowMs - sinceMs)}`
      return [
        '  ',
        yellow('…'),
        ' ',
        plain(agentName(agent)),
        '  ',
        yellow(wait),
        dim(': busy, most likely; placed when its event loop is free'),
      ]
    })
}
