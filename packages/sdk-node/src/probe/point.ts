import type { Place } from '../engine/engine.ts'

/** What of an action happens at a place: all of it, or the beginning or end of what it measures. */
export type Role = 'line' | 'tic' | 'toc'

export interface Point extends Place {
  role: Role
}
