import type { Placement } from './engine.ts'

/** Two placements of one action as one. */
export function together(one: Placement, other: Placement): Placement {
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
