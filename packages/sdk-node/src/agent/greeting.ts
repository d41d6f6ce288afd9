import type { AgentInfo } from '@lightrun/core'

/** What an agent says of itself when it registers, and whether it is detached at the moment. */
export interface Greeting {
  hello(): AgentInfo
  /** `why` everything is off; `undefined`: no longer. To be said by a hello. */
  detach(why: string | undefined): void
}

/** @param now milliseconds since the epoch */
export function createGreeting(describe: () => AgentInfo, now: () => number): Greeting {
  let detached: AgentInfo['detached']
  return {
    hello: () => (detached === undefined ? describe() : { ...describe(), detached }),
    detach(why) {
      detached = why === undefined ? undefined : { sinceMs: now(), message: why }
    },
  }
}
