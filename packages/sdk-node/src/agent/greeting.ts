import type { AgentDetached, AgentInfo } from '@lightrun/core'

/** What an agent says of itself when it registers, and whether it is detached at the moment. */
export interface Greeting {
  hello(): AgentInfo
  /** Since when and why everything is off, if it is. */
  readonly detached: AgentDetached | undefined
  /** `why` everything is off; `undefined`: no longer. To be said by a hello. */
  detach(why: string | undefined): void
}

/** @param now milliseconds since the epoch */
export function createGreeting(info: AgentInfo, now: () => number): Greeting {
  let detached: AgentInfo['detached']
  return {
    hello: () => (detached === undefined ? info : { ...info, detached }),
    get detached() {
      return detached
    },
    detach(why) {
      detached = why === undefined ? undefined : { sinceMs: now(), message: why }
    },
  }
}
