import type { Source } from './source.ts'

/** Whether an action for this source is for this agent. The one place that decides it, on both sides. */
export function bindsTo(source: Source, agent: { id: string; displayName: string; tags: readonly string[] }): boolean {
  switch (source.kind) {
    case 'agent':
      return agent.id === source.value
    case 'name':
      return agent.displayName === source.value
    case 'tag':
      return agent.tags.includes(source.value)
    case 'custom':
      return source.is !== undefined && bindsTo(source.is, agent)
    case 'any':
      return source.of.some((each) => bindsTo(each, agent))
    case 'all':
      return source.of.every((each) => bindsTo(each, agent))
  }
}
