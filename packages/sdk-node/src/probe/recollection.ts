import type { ContextCell } from './open-times.ts'

/** What was seen on the way to an exit of a function, until the exit is reached. */
export interface Recollection {
  /** @param of what it will be asked for by. `args` are kept as they are. */
  remember(of: object, args: readonly unknown[]): void
  /** What was remembered last in this context, once: forgotten then, with all that came after it and was never asked for. */
  recall(of: object): readonly unknown[] | undefined
}

/** One memory in a context. Application values hang on it, so it is emptied as it is recalled. */
export interface Memory {
  readonly of: object
  args: readonly unknown[] | undefined
  readonly before: Memory | undefined
  readonly depth: number
}

/** Calls that are on their way to an exit at once, by recursion. Beyond, the oldest are forgotten. */
export const MAX_MEMORIES = 64

/**
 * A statement whose expression threw is never asked for: calls outside of it find their own by passing over it. The
 * cell keeps calls that run at once apart.
 */
export function createRecollection(context: ContextCell<Memory>): Recollection {
  return {
    remember(of, args) {
      let last = context.get()
      while (last !== undefined && last.args === undefined) last = last.before
      const before = last !== undefined && last.depth >= MAX_MEMORIES ? undefined : last
      context.set({ of, args, before, depth: before === undefined ? 1 : before.depth + 1 })
    },
    recall(of) {
      const last = context.get()
      let found = last
      while (found !== undefined && (found.of !== of || found.args === undefined)) found = found.before
      if (found === undefined) return undefined
      const { args } = found
      for (let each = last; each !== found.before && each !== undefined; each = each.before) each.args = undefined
      return args
    },
  }
}
