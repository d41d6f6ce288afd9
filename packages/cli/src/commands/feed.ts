import type { Client, Link } from '@lightrun/client'
import type { ActionView, StreamEvent } from '@lightrun/core'
import type { Session } from '../context.ts'
import { dim } from '../output/line.ts'
import { createEventLines } from '../render/event-lines.ts'

/** Prints events as people read them, or as they are with `--json`. */
export interface Feed {
  print(event: StreamEvent): Promise<void>
  /** Tells that the connection was lost, and when it is back. For `onLink` of a stream. */
  link(link: Link): void
}

/** Knows what events name by id: the actions given, those looked up since, and the agents that have spoken. */
export function createFeed(session: Session, client: Client, known: readonly ActionView[]): Feed {
  const { terminal, clock, signal, json } = session
  const actions = new Map<string, ActionView | undefined>(known.map((action) => [action.id, action]))
  const agentNames = new Map<string, string>()
  const lines = createEventLines({
    clock,
    columns: terminal.columns,
    action: (id) => actions.get(id),
    agentName: (id) => agentNames.get(id),
  })
  let isLost = false

  const learn = async (event: StreamEvent) => {
    if (event.kind === 'gap') return
    if (event.kind === 'status') agentNames.set(event.agent.agentId, event.agent.displayName)
    else if (event.kind === 'hit') agentNames.set(event.hit.agentId, event.hit.agentName)
    else if (event.kind === 'count') agentNames.set(event.agentId, event.agentName)
    const id = event.kind === 'hit' ? event.hit.actionId : event.actionId
    // An action made since the start is looked up once; one that is gone already stays a bare id.
    if (!actions.has(id)) actions.set(id, await client.action(id, { signal }).catch(() => undefined))
  }

  return {
    async print(event) {
      if (json) return terminal.json(event)
      await learn(event)
      terminal.out(...lines.of(event))
    },
    link(link) {
      if (link.state === 'lost' && !isLost) terminal.err(quietly(`connection lost (${link.reason}); trying again`))
      if (link.state === 'open' && isLost) terminal.err(quietly('connected again'))
      isLost = link.state === 'lost'
    },
  }
}

const quietly = (text: string) => [dim(text)]
