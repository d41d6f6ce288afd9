import type { Outcome } from '@lightrun/instrument'
import type { Place } from '../engine/engine.ts'

/**
 * What of an action happens at a place: all of it, or the beginning or end of what it measures. `before`: nothing, but the
 * variables are remembered for the exit that follows.
 */
export type Role = 'line' | 'tic' | 'toc' | 'before' | CallRole

/** What a call of a function passes. */
export type CallRole = 'entry' | 'return' | 'throw' | 'leave'

export interface Point extends Place {
  role: Role
  /** The function that the place belongs to, where the action is about calls. The same object for all its points. */
  of?: CalledFunction
  /** Where the action is about how calls end: the exit, the same object for its points `before` and at it. */
  exit?: Exit
}

export interface CalledFunction {
  isAsync: boolean
  isGenerator: boolean
  hasLeave: boolean
}

export interface Exit {
  /** What is returned or thrown there; of an error from elsewhere, nothing tells. */
  outcome: Outcome
  /** Whose variables are shown: those of the statement, or of the entry where only that the call was left is known. */
  before: Place | undefined
}
