/**
 * Wakes whoever waits for a newer desired state of an organisation. A wake-up carries no data and may come without
 * reason: the reader looks at the version in the database.
 */
export interface StateChanges {
  /** Call after the commit of the change. Never throws. */
  publish(organisationId: string): void
  /** `wake` is called after every change from now on, until the returned function is called. */
  subscribe(organisationId: string, wake: () => void): () => void
  close(): Promise<void>
}

/** For one process: the wake-up is a function call. */
export function createLocalStateChanges(): StateChanges & { publishAll(): void } {
  const listeners = new Map<string, Set<() => void>>()
  const publish = (organisationId: string) => {
    for (const wake of [...(listeners.get(organisationId) ?? [])]) wake()
  }
  return {
    publish,
    publishAll() {
      for (const organisationId of [...listeners.keys()]) publish(organisationId)
    },
    subscribe(organisationId, wake) {
      const ofOrganisation = listeners.get(organisationId) ?? new Set()
      listeners.set(organisationId, ofOrganisation)
      // A fresh function per subscription, so that the same callback can subscribe twice.
      const listener = () => wake()
      ofOrganisation.add(listener)
      return () => {
        ofOrganisation.delete(listener)
        if (ofOrganisation.size === 0 && listeners.get(organisationId) === ofOrganisation) {
          listeners.delete(organisationId)
        }
      }
    },
    async close() {
      listeners.clear()
    },
  }
}
