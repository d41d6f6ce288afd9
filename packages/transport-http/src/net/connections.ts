import { MAX_IDLE_CONNECTIONS } from '../limits.ts'
import type { Answer, ExchangeLimits, HttpRequest } from './answer.ts'
import type { Connection } from './connection.ts'

/** A connection for each request in flight, so that none waits for another; idle ones are used again. */
export interface Connections {
  /** As `Connection.exchange`, at any time. */
  exchange(request: HttpRequest, limits: ExchangeLimits, signal: AbortSignal): Promise<Answer>
  /** Keeps idle connections open from now on, as is so at first. */
  keep(): void
  /** Closes idle connections, now and as soon as they become idle. */
  release(): void
}

export function createConnections(open: () => Connection): Connections {
  const idle: Connection[] = []
  let keeping = true

  return {
    async exchange(request, limits, signal) {
      const connection = idle.pop() ?? open()
      // A connection that fails closes itself.
      const answer = await connection.exchange(request, limits, signal)
      if (keeping && !connection.closed && idle.length < MAX_IDLE_CONNECTIONS) idle.push(connection)
      else connection.close()
      return answer
    },
    keep() {
      keeping = true
    },
    release() {
      keeping = false
      for (const connection of idle.splice(0)) connection.close()
    },
  }
}
