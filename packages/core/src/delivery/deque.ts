/** First in, first out, both in constant time; `Array.shift` moves everything that is left. */
export interface Deque<T> {
  push(item: T): void
  shift(): T | undefined
  readonly first: T | undefined
  readonly size: number
}

export function createDeque<T>(): Deque<T> {
  let items: (T | undefined)[] = []
  let head = 0
  return {
    push(item) {
      // In hits: not with a method, which the application may have replaced.
      items[items.length] = item
    },
    shift() {
      const item = items[head]
      if (head < items.length) items[head++] = undefined
      // Half of it is behind us: pay for the move with the shifts that led here.
      if (head > 32 && head * 2 > items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    get first() {
      return items[head]
    },
    get size() {
      return items.length - head
    },
  }
}
