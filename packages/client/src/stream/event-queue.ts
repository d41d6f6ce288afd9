/**
 * Between a producer that cannot wait (a socket) and a reader that takes its time. Holds at most `limit` values;
 * what does not fit is counted, and the reader is told in its place. Ends once, after what was pushed before.
 */
export interface EventQueue<T> {
  push(value: T): void
  /** The reader gets what is waiting, then the end. */
  end(): void
  /** The reader gets what is waiting, then this error. */
  fail(error: unknown): void
  /** One reader at a time. */
  next(): Promise<{ done: false; value: T } | { done: true }>
}

export interface EventQueueOptions<T> {
  limit: number
  /** What stands where `missed` values were not kept. */
  gap: (missed: number) => T
}

export function createEventQueue<T>({ limit, gap }: EventQueueOptions<T>): EventQueue<T> {
  let waiting: T[] = []
  /** Values are read from here; shifting an array of ten thousand would cost a copy each. */
  let first = 0
  let missed = 0
  let outcome: { error?: unknown } | undefined
  let wake: (() => void) | undefined

  const settle = (with_: { error?: unknown }) => {
    outcome ??= with_
    wake?.()
  }
  const take = (): T | undefined => {
    const value = waiting[first]
    first += 1
    if (first === waiting.length) {
      waiting = []
      first = 0
    }
    return value
  }

  return {
    push(value) {
      if (outcome !== undefined) return
      if (waiting.length - first >= limit) {
        missed += 1
        return
      }
      // A gap stands before what follows it, and is itself one of the values kept.
      if (missed > 0) {
        waiting.push(gap(missed))
        missed = 0
      }
      waiting.push(value)
      wake?.()
    },
    end: () => settle({}),
    fail: (error) => settle({ error }),
    async next() {
      for (;;) {
        if (waiting.length > first) return { done: false, value: take() as T }
        if (missed > 0) {
          const value = gap(missed)
          missed = 0
          return { done: false, value }
        }
        if (outcome !== undefined) {
          if ('error' in outcome) throw outcome.error
          return { done: true }
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
    },
  }
}
