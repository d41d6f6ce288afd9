import type { Weaving } from '../weaver.ts'

/**
 * Remembers what weaving made of a text, so that the next process need not parse it.
 *
 * Neither method ever throws: what cannot be read, or is not exactly what was put, is a miss; what cannot be stored is
 * forgotten. Both are called while the application waits for a module.
 */
export interface WovenCache {
  get(key: string): Weaving | undefined
  put(key: string, weaving: Weaving): void
}
