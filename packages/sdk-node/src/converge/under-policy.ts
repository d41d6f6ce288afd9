import type { DesiredState } from '@lightrun/core'
import type { AgentConverger } from '../agent/agent.ts'
import type { LiveRedaction } from '../redaction/live-redaction.ts'

/**
 * Puts the policy of a desired state in force before its actions: nothing is captured under one that is over. Actions
 * that are served when the redaction changes are made anew, since what they have compiled knew the old one.
 */
export function underPolicy(converger: AgentConverger, redaction: LiveRedaction): AgentConverger {
  /** The policy that is being put in force; states that come meanwhile wait for it, in their order. */
  let changing: Promise<void> | undefined

  function converge(state: DesiredState): void {
    converger.apply(state.policy?.detached ? { ...state, actions: [] } : state)
  }

  async function change(before: Promise<void> | undefined, state: DesiredState): Promise<void> {
    await before
    if (redaction.differs(state.policy?.redaction)) {
      converger.apply({ ...state, actions: [] })
      await redaction.apply(state.policy?.redaction)
    }
    converge(state)
  }

  return {
    apply(state) {
      if (changing === undefined && !redaction.differs(state.policy?.redaction)) return converge(state)
      const own = change(changing, state)
      changing = own
      void own.then(() => {
        if (changing === own) changing = undefined
      })
    },
    async placed() {
      await changing
      await converger.placed()
    },
    tick: () => converger.tick(),
    async stop() {
      await changing
      await converger.stop()
    },
  }
}
