import type { AgentView, Source } from '@lightrun/core'

/** Whether an action for this source is for this agent. */
export function bindsTo(source: Source, agent: Pick<AgentView, 'id' | 'displayName' | 'tags'>): boolean {
  switch (source.kind) {
    case 'agent':
      return agent.id === source.value
    case 'name':
      return agent.displayName === source.value
    case 'tag':
      return agent.tags.includes(source.value)
  }
}
