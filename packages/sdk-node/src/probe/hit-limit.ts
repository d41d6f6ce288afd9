import type { Action, Lease } from '@lightrun/core'

/** How many hits a probe may have: of its own, and its share of a limit over all agents. */
export interface HitLimit {
  /** Those it has had. */
  readonly hits: number
  /** Books a hit. `waiting`: there may be more once the server has dealt anew. `over`: there are none, ever. */
  count(): 'open' | 'waiting' | 'over'
  /** What the server has dealt; a deal that is known changes nothing. True: there may be more again. */
  renew(lease: Lease | undefined): boolean
}

export function createHitLimit({ maxHits = Number.POSITIVE_INFINITY, lease: first }: Action): HitLimit {
  let lease = first
  let hits = 0
  /** When the present deal came. */
  let hitsBefore = 0
  return {
    get hits() {
      return hits
    },
    count() {
      hits++
      if (hits >= maxHits) return 'over'
      if (lease === undefined || hits - hitsBefore < lease.hits) return 'open'
      return lease.last ? 'over' : 'waiting'
    },
    renew(next) {
      if (next?.deal === lease?.deal) return false
      lease = next
      hitsBefore = hits
      return true
    },
  }
}
