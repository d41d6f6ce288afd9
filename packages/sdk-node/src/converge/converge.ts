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
  /** It has ended, its probe is off and that was said. Until then it wants ticks: a fault may have kept it from some of that. */
  readonly isGone: boolean
  /** Resolves once everything it captured was offered for delivery. Never rejects. */
  settled(): Promise<void>
  /** The process ends: offers what it captured now, as far as it is worked out. Never throws. */
  hurry(): void
}

/** Makes what this process does equal to what the server wants, whatever it was doing before. */
export interface Converger {
  /**
   * `detached`: why nothing at all is served, whatever is wanted; each action that is wanted then says so. A fault in one
   * action keeps no other from what is wanted. @throws that fault; to be called again then
   */
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
  expiresAtMs: number
  cancelExpiry: () => void
}

interface Leaving {
  active: ActiveAction
  settling: Promise<void>
  isSettled: boolean
}

export function createConverger({ activate, timers, onFault }: ConvergerOptions): Converger {
  const served = new Map<string, Served>()
  /** Ended, and not gone. A list, which takes the next one whatever has become of the methods of others. */
  let leaving: Leaving[] = []
  /** Actions that have said that the agent is detached. */
  const told = new Set<string>()

  function begin(action: Action, serverTimeMs: number): void {
    const active = activate(action)
    // Only differences of the server's clock count: this machine's may be wrong, and may jump.
    const livesMs = action.expiresAtMs > serverTimeMs ? action.expiresAtMs - serverTimeMs : 0
    const expiresAtMs = timers.nowMs() + livesMs
    const each: Served = { action, active, placing: Promise.resolve(), expiresAtMs, cancelExpiry: () => {} }
    try {
      // First: what is placed and not known would stay for ever.
      served.set(action.id, each)
    } catch (cause) {
      leave(active, 'stopped')
      throw cause
    }
    each.cancelExpiry = timers.after(livesMs, () => finish(action.id, 'expired'))
    each.placing = active.place()
  }

  function finish(id: string, reason: EndReason, message?: string): void {
    const old = served.get(id)
    if (old === undefined) return
    served.delete(id)
    old.cancelExpiry()
    leave(old.active, reason, message)
  }

  function leave(active: ActiveAction, reason: EndReason, message?: string): void {
    const each: Leaving = { active, settling: Promise.resolve(), isSettled: false }
    leaving[leaving.length] = each
    active.end(reason, message)
    each.settling = inBackground(async () => {
      await active.settled()
      each.isSettled = true
    }, onFault)
  }

  /** Those that are not gone get another chance. */
  function seeOff(): void {
    const rest: Leaving[] = []
    for (let index = 0; index < leaving.length; index++) {
      const each = leaving[index] as Leaving
      each.active.tick()
      if (!each.active.isGone) rest[rest.length] = each
    }
    leaving = rest
  }

  function detach(wanted: ReadonlyMap<string, Action>, why: string): void {
    const attempt = createAttempts()
    for (const [id, { action }] of served) {
      attempt(() => {
        if (wanted.get(id)?.revision !== action.revision) return finish(id, 'removed')
        finish(id, 'detached', why)
        told.add(keyOf(action))
      })
    }
    for (const action of wanted.values()) {
      attempt(() => {
        if (told.has(keyOf(action))) return
        leave(activate(action), 'detached', why)
        told.add(keyOf(action))
      })
    }
    attempt.conclude()
  }

  return {
    apply(state, detached) {
      const wanted = new Map(state.actions.map((action) => [action.id, action]))
      if (detached !== undefined) return detach(wanted, detached)
      told.clear()
      const attempt = createAttempts()
      for (const [id, { action }] of served) {
        attempt(() => {
          if (wanted.get(id)?.revision !== action.revision) finish(id, 'removed')
        })
      }
      for (const action of wanted.values()) {
        attempt(() => {
          const known = served.get(action.id)
          if (known !== undefined) known.active.renew(action)
          else if (action.expiresAtMs > state.serverTimeMs) begin(action, state.serverTimeMs)
        })
      }
      attempt.conclude()
    },
    loaded() {
      for (const { active } of served.values()) active.loaded()
    },
    tick() {
      seeOff()
      const nowMs = timers.nowMs()
      for (const [id, { active, expiresAtMs }] of served) {
        // Its timer may have met a fault.
        if (nowMs > expiresAtMs) finish(id, 'expired')
        else active.tick()
      }
    },
    async settled() {
      const settling = leaving.map((each) => each.settling)
      await Promise.all([...settling, ...[...served.values()].map(({ active }) => active.settled())])
    },
    hurry() {
      for (const { active, isSettled } of leaving) if (!isSettled) active.hurry()
      for (const { active } of served.values()) active.hurry()
    },
    async stop() {
      for (const id of [...served.keys()]) finish(id, 'stopped')
      await Promise.all(leaving.map(({ settling }) => settling))
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

/** Does one thing after the other, whatever becomes of each. `conclude` throws the first fault. */
function createAttempts(): ((work: () => void) => void) & { conclude(): void } {
  let fault: { cause: unknown } | undefined
  const attempt = (work: () => void) => {
    try {
      work()
    } catch (cause) {
      fault ??= { cause }
    }
  }
  attempt.conclude = () => {
    if (fault !== undefined) throw fault.cause
  }
  return attempt
}
