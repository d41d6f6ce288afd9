import type { Placement } from './engine.ts'

/** A placement that can leave and come back, made of the way to put probes in. @throws what `put` throws. */
export function createPlacement(put: () => Disposable): Placement {
  let placed: Disposable | undefined = put()
  let over = false

  function suspend(): void {
    // In this order: what a fault keeps from leaving can be told again.
    placed?.[Symbol.dispose]()
    placed = undefined
  }

  return {
    suspend,
    resume() {
      if (!over) placed ??= put()
    },
    [Symbol.dispose]() {
      over = true
      suspend()
    },
  }
}
