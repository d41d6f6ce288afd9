import type { LightrunError, Timers } from '@lightrun/core'
import { createDoublingPause } from '../agent/doubling-pause.ts'

/**
 * Internal faults within `FAULT_WINDOW_MS` that detach the agent. Each has switched its probe off already, so a single
 * action that meets a bug of ours costs itself only; five at a time mean that it is not the action.
 */
export const MAX_FAULTS = 5
/** Faults further apart have nothing to do with each other: a bug that shows once a minute is worth its report. */
export const FAULT_WINDOW_MS = 60_000
/** First pause before a detached agent tries again: whoever looks has read the message by then. Doubles each time. */
export const FIRST_PAUSE_MS = 60_000
/** Longest pause: a service that is repaired by a new configuration is served again within the hour. Without a fault for as long, the next pause is the first again. */
export const MAX_PAUSE_MS = 60 * 60_000

/** What is said when the words of the last fault cannot be: looking for secrets in them is what is broken. */
export const DETACHED_ITSELF =
  'detached itself after repeated internal faults; it tries again by itself, or at once after: lightrun detach on, lightrun detach off'

/** Notices that the agent itself is broken in this process, and takes it off for a while. */
export interface SelfProtection {
  /** An internal fault. Never throws. */
  fault(error: LightrunError): void
  /** Somebody wants the agent back at once: all is forgotten. */
  forget(): void
  /** Why everything is off, for a person; `undefined` while all is well. */
  readonly detached: string | undefined
}

export interface SelfProtectionOptions {
  timers: Timers
  /** Called whenever `detached` has changed, never from inside `fault`: that may be called on the application's hot path. */
  onChange: () => void
}

/** Works where every built-in it could call throws: it calls none but the clock and the timers, which were taken at load. */
export function createSelfProtection({ timers, onChange }: SelfProtectionOptions): SelfProtection {
  let faultsMs: number[] = []
  let lastFaultMs = Number.NEGATIVE_INFINITY
  let detached: string | undefined
  const pause = createDoublingPause(FIRST_PAUSE_MS, MAX_PAUSE_MS)
  let cancel = () => {}

  function change(to: string | undefined): void {
    detached = to
    faultsMs = []
    timers.after(0, onChange)
  }

  function detach(error: LightrunError): void {
    const pauseMs = pause.next()
    change(
      `detached itself after ${MAX_FAULTS} internal faults within ${FAULT_WINDOW_MS / 1_000} s, the last: ${error.message}; ` +
        `it tries again in ${pauseMs / 1_000} s, or at once after: lightrun detach on, lightrun detach off`,
    )
    cancel = timers.after(pauseMs, () => change(undefined))
  }

  return {
    fault(error) {
      if (detached !== undefined) return
      const nowMs = timers.nowMs()
      if (nowMs - lastFaultMs > MAX_PAUSE_MS) pause.reset()
      lastFaultMs = nowMs
      faultsMs = within(FAULT_WINDOW_MS, faultsMs, nowMs)
      if (faultsMs.length >= MAX_FAULTS) detach(error)
    },
    forget() {
      cancel()
      pause.reset()
      faultsMs = []
      if (detached !== undefined) change(undefined)
    },
    get detached() {
      return detached
    },
  }
}

/** Those of the last `windowMs`, and now. By index: no method, which may throw. */
function within(windowMs: number, timesMs: readonly number[], nowMs: number): number[] {
  const recent: number[] = []
  for (let index = 0; index < timesMs.length; index++) {
    const ms = timesMs[index] as number
    if (nowMs - ms < windowMs) recent[recent.length] = ms
  }
  recent[recent.length] = nowMs
  return recent
}
