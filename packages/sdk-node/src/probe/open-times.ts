import { createChain, type Link } from './chain.ts'
import type { ContextCell } from './context-cell.ts'

/** A time that has begun. */
export interface OpenTime extends Link<OpenTime> {
  startMs: number
  isOver: boolean
  /** How it is about to end, where that is known before it does. */
  ending: 'returned' | 'thrown' | undefined
}

/**
 * Pairs beginnings with ends: an end belongs to the latest beginning of its context that has none. A recursive call
 * pairs with its own end; what runs at once is kept apart by the cell.
 */
export interface OpenTimes {
  begin(): void
  /** The latest that has not ended. */
  latest(): OpenTime | undefined
  /** Ends it. Milliseconds since it began. */
  end(time: OpenTime): number
}

/** @param nowMs a clock that never goes back */
export function createOpenTimes(context: ContextCell<OpenTime>, nowMs: () => number): OpenTimes {
  const { latest, push } = createChain(context, ({ isOver }) => isOver)
  return {
    latest,
    begin: () => push({ startMs: nowMs(), isOver: false, ending: undefined, before: undefined, depth: 0 }),
    end(time) {
      time.isOver = true
      return nowMs() - time.startMs
    },
  }
}
