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
  /** Takes every probe off where it is, at once, whatever else is broken. Called again while detached; must not throw. */
  switchOff: () => void
  /** Told why everything is off, and (`undefined`) that it no longer is. */
  onDetached: (why: string | undefined) => void
}

export const DETACHED_BY_POLICY = 'detached by the policy of the organisation; attach again: lightrun detach off'

/**
 * Puts the policy of a desired state in force before its actions: nothing is captured under one that is over. Actions
 * that are served when the redaction changes are made anew, since what they have compiled knew the old one.
 *
 * What a fault keeps from being done is done by a later tick: the state that came last is never given up.
 */
export function underPolicy(options: UnderPolicyOptions): AgentConverger & {
  /** The agent's own protection has changed: serves the latest state again, or no more. */
  again(): void
} {
  const { converger, redaction, setQuota, protection, nowMs, switchOff, onDetached } = options
  /** The policy that is being put in force; states that come meanwhile wait for it, in their order. */
  let changing: Promise<void> | undefined
  let turns = 0
  let latest: { state: DesiredState; atMs: number } | undefined
  /** Not all of `latest` was done. */
  let isPending = false
  let isDetached = false
  let told: string | undefined

  const whyDetached = () => (isDetached ? DETACHED_BY_POLICY : protection.detached)

  /** First of all, and before what may fail. */
  function tell(): string | undefined {
    const why = whyDetached()
    if (why !== undefined) switchOff()
    if (why !== told) onDetached(why)
    told = why
    return why
  }

  function converge(state: DesiredState): void {
    const wasDetached = isDetached
    isDetached = state.policy?.detached ?? false
    if (wasDetached && !isDetached) protection.forget()
    const why = tell()
    setQuota(state.policy?.quota)
    converger.apply(state, why)
    isPending = false
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
      isPending = true
      protection.fault(LightrunError.from(error))
    }
    done()
  }

  function apply(state: DesiredState): void {
    latest = { state, atMs: nowMs() }
    isPending = true
    if (changing === undefined && !redaction.differs(state.policy?.redaction)) {
      converge(state)
      return
    }
    const turn = ++turns
    changing = change(changing, state, () => {
      if (turn === turns) changing = undefined
    })
  }

  function again(): void {
    tell()
    // While a policy is put in force nothing is served, and its state comes right after.
    if (latest === undefined || changing !== undefined) return
    const { state, atMs } = latest
    const sinceMs = nowMs() - atMs
    // What was to expire meanwhile has.
    apply({ ...state, serverTimeMs: state.serverTimeMs + sinceMs - (sinceMs % 1) })
  }

  return {
    apply,
    again,
    async placed() {
      await changing
      await converger.placed()
    },
    tick() {
      const why = whyDetached()
      // What was detached stays so, also where a fault came between a detachment and what it asks for.
      if (why !== undefined) switchOff()
      try {
        if (isPending || told !== why) again()
      } finally {
        converger.tick()
      }
    },
    settled: () => converger.settled(),
    hurry: () => converger.hurry(),
    async stop() {
      await changing
      await converger.stop()
    },
  }
}
