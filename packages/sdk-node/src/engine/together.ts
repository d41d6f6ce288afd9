import type { Placement } from './engine.ts'

/** Two placements of one action as one; or the other, where there is none yet. */
export function together(one: Placement | undefined, other: Placement): Placement {
  if (one === undefined) return other
  return {
    suspend() {
      one.suspend()
      other.suspend()
    },
    resume() {
      one.resume()
      other.resume()
    },
    [Symbol.dispose]() {
      one[Symbol.dispose]()
      other[Symbol.dispose]()
    },
  }
}
