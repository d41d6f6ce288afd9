import type { Client, Link } from '@lightrun/client'
import type { ActionView, HitView, StreamEvent } from '@lightrun/core'
import type { Session } from '../context.ts'
import { bold, dim } from '../output/line.ts'
import { createEventLines } from '../render/event-lines.ts'
import { metricsLines } from '../render/statistics-lines.ts'

/** Prints what happens as people read it, or as it is with `--json`. */
export interface Feed {
  event(event: StreamEvent): Promise<void>
  /** A hit on its own: in JSON without the event around it. */
  hit(hit: HitView): Promise<void>
  /** What a counter has to show: one number. */
  total(counter: ActionView): void
  /** What was measured so far. */
  metrics(action: ActionView): Promise<void>
  /** Tells that the connection was lost, and when it is back. For `onLink` of a stream. */
  link(link: Link): void
}

export interface FeedOptions {
  /** The values of a log's text, below it. */
  fields?: boolean
}

/** Of the option that sets it. */
export const FIELDS_HELP = "the values in a log's text as well, by their names"

/** Knows what events name by id: the actions given, those looked up since, and the agents that have spoken. */
export function createFeed(
  session: Session,
  client: Client,
  known: readonly ActionView[],
  { fields = false }: FeedOptions = {},
): Feed {
  const { terminal, clock, signal, json } = session
  const actions = new Map<string, ActionView | undefined>(known.map((action) => [action.id, action]))
  const agentNames = new Map<string, string>()
  const lines = createEventLines({
    clock,
    columns: terminal.columns,
    fields,
    action: (id) => actions.get(id),
    agentName: (id) => agentNames.get(id),
  })
  let isLost = false

  const learn = async (event: StreamEvent) => {
    if (event.kind === 'gap') return
    if (event.kind === 'status') agentNames.set(event.agent.agentId, event.agent.displayName)
    else if (event.kind === 'hit') agentNames.set(event.hit.agentId, event.hit.agentName)
    else if (event.kind === 'count' || event.kind === 'metric') agentNames.set(event.agentId, event.agentName)
    const id = event.kind === 'hit' ? event.hit.actionId : event.actionId
    // An action made since the start is looked up once; one that is gone already stays a bare id.
    if (!actions.has(id)) actions.set(id, await client.action(id, { signal }).catch(() => undefined))
  }
  const event = async (event: StreamEvent) => {
    if (json) return terminal.json(event)
    await learn(event)
    terminal.out(...lines.of(event))
  }

  return {
    event,
    hit: async (hit) => (json ? terminal.json(hit) : event({ kind: 'hit', hit })),
    total({ id, task, hitCount }) {
      if (json) terminal.json({ kind: 'count', actionId: id, total: hitCount })
      else terminal.out([task.type === 'counter' ? `${task.name} ` : '', bold(String(hitCount))])
    },
    async metrics({ id }) {
      const metrics = await client.metrics(id, { signal })
      if (json) terminal.json(metrics)
      else terminal.out(...metricsLines(metrics))
    },
    link(link) {
      if (link.state === 'lost' && !isLost) terminal.err([dim(`connection lost (${link.reason}); trying again`)])
      if (link.state === 'open' && isLost) terminal.err([dim('connected again')])
      isLost = link.state === 'lost'
    },
  }
}
