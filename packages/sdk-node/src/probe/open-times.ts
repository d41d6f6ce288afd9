/** Where the running code keeps what it has begun. */
export interface ContextCell<T> extends Disposable {
  get(): T | undefined
  set(value: T): void
}

/** A time that has begun. What began before it, in the same context or in one that led to it, is behind it. */
export interface OpenTime {
  startMs: number
  isOver: boolean
  /** How it is about to end, where that is known before it does. */
  ending: 'returned' | 'thrown' | undefined
  readonly before: OpenTime | undefined
  readonly depth: number
}

/**
 * Times that are open at once in one context: by recursion, or because one turn begins many calls that await, each of which
 * then has those before it behind it. Beyond, the oldest are forgotten: mostly their ends never came. About 60 bytes each.
 */
export const MAX_OPEN_TIMES = 1_000

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
  function latest(): OpenTime | undefined {
    let time = context.get()
    while (time?.isOver) time = time.before
    return time
  }
  return {
    latest,
    begin() {
      const last = latest()
      const before = last !== undefined && last.depth >= MAX_OPEN_TIMES ? undefined : last
      const depth = before === undefined ? 1 : before.depth + 1
      context.set({ startMs: nowMs(), isOver: false, ending: undefined, before, depth })
    },
    end(time) {
      time.isOver = true
      return nowMs() - time.startMs
    },
  }
}
