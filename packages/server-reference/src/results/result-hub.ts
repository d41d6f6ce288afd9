import type { StreamEvent } from '@lightrun/core'

/** One event, as text that all subscribers share. */
export interface Published {
  event: StreamEvent
  /** Server-sent event, ready for the wire. */
  text: string
}

/**
 * Hands what this process stored to whoever follows it. Synchronous: a subscriber that is slow buffers on its own.
 * Replicas do not see each other's results here (decision: never notify from ingestion); what is stored is in `hits`.
 */
export interface ResultHub {
  /** Call after the commit. */
  publish(organisationId: string, events: readonly StreamEvent[]): void
  subscribe(organisationId: string, actionId: string | undefined, take: (published: Published) => void): () => void
}

export function createResultHub(): ResultHub {
  const subscribers = new Set<{ organisationId: string; actionId: string | undefined; take: (p: Published) => void }>()
  return {
    publish(organisationId, events) {
      if (subscribers.size === 0) return
      for (const event of events) {
        let published: Published | undefined
        for (const subscriber of subscribers) {
          if (subscriber.organisationId !== organisationId) continue
          if (subscriber.actionId !== undefined && subscriber.actionId !== actionOf(event)) continue
          published ??= { event, text: toServerSentEvent(event) }
          subscriber.take(published)
        }
      }
    },
    subscribe(organisationId, actionId, take) {
      const subscriber = { organisationId, actionId, take }
      subscribers.add(subscriber)
      return () => subscribers.delete(subscriber)
    },
  }
}

/** JSON has no line ends, so an event is one `data` line. Only hits have an id: only they can be asked for again. */
export function toServerSentEvent(event: StreamEvent): string {
  const id = event.kind === 'hit' ? `id: ${event.hit.id}\n` : ''
  return `${id}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`
}

function actionOf(event: StreamEvent): string | undefined {
  if (event.kind === 'hit') return event.hit.actionId
  return event.kind === 'gap' ? undefined : event.actionId
}
