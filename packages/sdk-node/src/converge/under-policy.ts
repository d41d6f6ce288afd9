import { type DesiredState, LightrunError, type QuotaPolicy, type Timers } from '@lightrun/core'
import type { AgentConverger } from '../agent/agent.ts'
import type { LiveRedaction } from '../redaction/live-redaction.ts'
import type { Converger } from './converge.ts'
import type { SelfProtection } from './self-protection.ts'

export interface UnderPolicyOptions {
  converger: AgentConverger & Pick<Converger, 'apply'>
  redaction: LiveRedaction
  /** What actions may take; `undefined`: nobody has said. */
  setQuota: (quota: QuotaPolicy | undefined) => void
  protection: SelfProtection
  nowMs: Timers['nowMs']
  /** Told why everything is off, and (`undefined`) that it no longer is. */
  onDetached: (why: string | undefined) => void
}

export const DETACHED_BY_POLICY = 'detached by the policy of the organisation; attach again: lightrun detach off'

/**
 * Puts the policy of a desired state in force before its actions: nothing is captured under one that is over. Actions
 * that are served when the redaction changes are made anew, since what they have compiled knew the old one.
 */
export function underPolicy(options: UnderPolicyOptions): AgentConverger & {
  /** The agent's own protection has changed: serves the latest state again, or no more. */
  again(): void
} {
  const { converger, redaction, setQuota, protection, nowMs, onDetached } = options
  /** The policy that is being put in force; states that come meanwhile wait for it, in their order. */
  let changing: Promise<void> | undefined
  let turns = 0
  let latest: { state: DesiredState; atMs: number } | undefined
  let isDetached = false
  let told: string | undefined

  function converge(state: DesiredState): void {
    latest = { state, atMs: nowMs() }
    const wasDetached = isDetached
    isDetached = state.policy?.detached ?? false
    if (wasDetached && !isDetached) protection.forget()
    setQuota(state.policy?.quota)
    const why = isDetached ? DETACHED_BY_POLICY : protection.detached
    converger.apply(state, why)
    if (why !== told) onDetached(why)
    told = why
  }

  /** Never rejects: nobody waits for it. */
  async function change(before: Promise<void> | undefined, state: DesiredState, done: () => void): Promise<void> {
    await before
    try {
      if (redaction.differs(state.policy?.redaction)) {
        converger.apply({ ...state, actions: [] })
        await redaction.apply(state.policy?.redaction)
      }
      converge(state)
    } catch (error) {
      protection.fault(LightrunError.from(error))
    }
    done()
  }

  function again(): void {
    // While a policy is put in force nothing is served, and its state comes right after.
    if (latest === undefined || changing !== undefined) return
    const { state, atMs } = latest
    // What was to expire meanwhile has.
    converge({ ...state, serverTimeMs: state.serverTimeMs + Math.round(nowMs() - atMs) })
  }

  return {
    apply(state) {
      if (changing === undefined && !redaction.differs(state.policy?.redaction)) return converge(state)
      const turn = ++turns
      changing = change(changing, state, () => {
        if (turn === turns) changing = undefined
      })
    },
    again,
    async placed() {
      await changing
      await converger.placed()
    },
    tick() {
      // A fault may have come between a detachment and what it asks for: then it is asked for again.
      if (told !== (isDetached ? DETACHED_BY_POLICY : protection.detached)) again()
      converger.tick()
    },
    settled: () => converger.settled(),
    hurry: () => converger.hurry(),
    async stop() {
      await changing
      await converger.stop()
    },
  }
}
