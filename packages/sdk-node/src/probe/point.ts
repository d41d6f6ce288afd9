import type { Place } from '../engine/engine.ts'

/** What of an action happens at a place: all of it, or the beginning or end of what it measures. */
export type Role = 'line' | 'tic' | 'toc' | CallRole

/** What a call of a function passes. */
export type CallRole = 'entry' | 'return' | 'throw' | 'leave'

export interface Point extends Place {
  role: Role
  /** The function that the place belongs to, where the action is about calls. The same object for all its points. */
  of?: MeasuredFunction
}

export interface MeasuredFunction {
  isAsync: boolean
  isGenerator: boolean
  hasLeave: boolean
}
