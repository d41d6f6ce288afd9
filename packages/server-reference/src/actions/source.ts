import type { Source } from '@lightrun/core'

export type { Source } from '@lightrun/core'

export const TAG_PREFIX = 'tag:'

/** Whether an action is for this agent. The one place that decides it, for what is sent and for what is believed. */
export function isFor(source: Source, agent: { id: string; displayName: string; tags: readonly string[] }): boolean {
  switch (source.kind) {
    case 'agent':
      return source.value === agent.id
    case 'name':
      return source.value === agent.displayName
    case 'tag':
      return agent.tags.includes(source.value)
  }
}
