import type { ContextCell } from './context-cell.ts'

/**
 * What the running code has begun and not ended: a link for each, the latest in the context's cell, those before it in the same
 * context, or in one that led to it, behind it.
 */
export interface Chain<T> {
  /** The latest that is not over. */
  latest(): T | undefined
  /** A new latest. Sets its `before` and its `depth`. */
  push(link: T): void
}

export interface Link<T> {
  before: T | undefined
  depth: number
}

/**
 * Links that are open at once in one context: by recursion, or because one turn begins many calls that await, each of which
 * then has those before it behind it. Beyond, the oldest are forgotten: mostly their ends never came. About 60 bytes each, and
 * what they hold.
 */
export const MAX_OPEN_LINKS = 1_000

/** @param isOver whether what a link stands for has ended: it is let go with the next one */
export function createChain<T extends Link<T>>(
  context: ContextCell<T>,
  isOver: (link: T) => boolean,
  max = MAX_OPEN_LINKS,
): Chain<T> {
  function latest(): T | undefined {
    let link = context.get()
    while (link !== undefined && isOver(link)) link = link.before
    return link
  }
  return {
    latest,
    push(link) {
      const last = latest()
      link.before = last !== undefined && last.depth >= max ? undefined : last
      link.depth = link.before === undefined ? 1 : link.before.depth + 1
      context.set(link)
    },
  }
}
