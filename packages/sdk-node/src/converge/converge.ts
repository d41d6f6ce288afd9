import type { Action, DesiredState, EndReason, LightrunError, Timers } from '@lightrun/core'
import { inBackground } from '../agent/in-background.ts'

/** One action while this process serves it. */
export interface ActiveAction {
  /** Finds the code and places the probe; its status says how that went. Never rejects. */
  place(): Promise<void>
  /** A file was loaded: try again if that can help. */
  loaded(): void
  tick(): void
  /** The same action at the same revision, as the server wants it now: its share of the hits may be another. */
  renew(action: Action): void
  /** Takes the probe off and reports what is left, under this reason. Harmless when it is over already. Never throws. */
  end(reason: EndReason, message?: string): void
  /** Resolves once everything it captured was offered for delivery. Never rejects. */
  settled(): Promise<void>
  /** The process ends: offers what it captured now, as far as it is worked out. Never throws. */
  hurry(): void
}

/** Makes what this process does equal to what the server wants, whatever it was doing before. */
export interface Converger {
  /** `detached`: why nothing at all is served, whatever is wanted; each action that is wanted then says so. */
  apply(state: DesiredState, detached?: string): void
  /** A file was loaded. */
  loaded(): void
  tick(): void
  /** Resolves once all that was captured so far was offered for delivery. */
  settled(): Promise<void>
  /** The process ends: offers all that was captured now, as far as it is worked out. Never throws. */
  hurry(): void
  /** Ends everything. Resolves once all that was captured was offered for delivery. */
  stop(): Promise<void>
  /** Resolves once every action of the latest state is placed, or has said why not. */
  placed(): Promise<void>
  /** Actions that are served. */
  readonly size: number
}

export interface ConvergerOptions {
  activate: (action: Action) => ActiveAction
  timers: Timers
  /** A fault of ours. Must not throw. */
  onFault: (error: LightrunError) => void
}

interface Served {
  action: Action
  active: ActiveAction
  placing: Promise<void>
  cancelExpiry: () => void
}

export function createConverger({ activate, timers, onFault }: ConvergerOptions): Converger {
  const served = new Map<string, Served>()
  const leaving = new Map<ActiveAction, Promise<void>>()
  /** Actions that have said that the agent is detached. */
  const told = new Set<string>()

  function begin(action: Action, serverTimeMs: number): void {
    const active = activate(action)
    // Only differences of the server's clock count: this machine's may be wrong, and may jump.
    const cancelExpiry = timers.after(Math.max(0, action.expiresAtMs - serverTimeMs), () =>
      finish(action.id, 'expired'),
    )
    served.set(action.id, { action, active, placing: active.place(), cancelExpiry })
  }

  function finish(id: string, reason: EndReason, message?: string): void {
    const old = served.get(id)
    if (old === undefined) return
    served.delete(id)
    old.cancelExpiry()
    old.active.end(reason, message)
    leave(old.active)
  }

  function leave(active: ActiveAction): void {
    const settling = inBackground(async () => {
      await active.settled()
      leaving.delete(active)
    }, onFault)
    leaving.set(active, settling)
  }

  function detach(wanted: ReadonlyMap<string, Action>, why: string): void {
    for (const [id, { action }] of served) {
      if (wanted.get(id)?.revision !== action.revision) finish(id, 'removed')
      else {
        finish(id, 'detached', why)
        told.add(keyOf(action))
      }
    }
    for (const action of wanted.values()) {
      if (told.has(keyOf(action))) continue
      told.add(keyOf(action))
      const active = activate(action)
      active.end('detached', why)
      leave(active)
    }
  }

  return {
    apply(state, detached) {
      const wanted = new Map(state.actions.map((action) => [action.id, action]))
      if (detached !== undefined) return detach(wanted, detached)
      told.clear()
      for (const [id, { action }] of served) {
        if (wanted.get(id)?.revision !== action.revision) finish(id, 'removed')
      }
      for (const action of wanted.values()) {
        const known = served.get(action.id)
        if (known !== undefined) known.active.renew(action)
        else if (action.expiresAtMs > state.serverTimeMs) begin(action, state.serverTimeMs)
      }
    },
    loaded() {
      for (const { active } of served.values()) active.loaded()
    },
    tick() {
      for (const { active } of served.values()) active.tick()
    },
    async settled() {
      await Promise.all([...leaving.values(), ...[...served.values()].map(({ active }) => active.settled())])
    },
    hurry() {
      for (const active of leaving.keys()) active.hurry()
      for (const { active } of served.values()) active.hurry()
    },
    async stop() {
      for (const id of [...served.keys()]) finish(id, 'stopped')
      await Promise.all(leaving.values())
    },
    async placed() {
      await Promise.all([...served.values()].map((each) => each.placing))
    },
    get size() {
      return served.size
    },
  }
}

const keyOf = ({ id, revision }: Action) => `${id} ${revision}`
