import { createChain, type Link } from './chain.ts'
import type { ContextCell } from './context-cell.ts'

/** What was seen on the way to an exit of a function, until the exit is reached. */
export interface Recollection {
  /** @param of what it will be asked for by. `args` are kept as they are. */
  remember(of: object, args: readonly unknown[]): void
  /** What was remembered last in this context, once: forgotten then, with all that came after it and was never asked for. */
  recall(of: object): readonly unknown[] | undefined
}

/** One memory in a context. Application values hang on it, so it is emptied as it is recalled. */
export interface Memory extends Link<Memory> {
  readonly of: object
  args: readonly unknown[] | undefined
}

/**
 * A statement whose expression threw is never asked for: calls outside of it find their own by passing over it. The
 * cell keeps calls that run at once apart.
 */
export function createRecollection(context: ContextCell<Memory>): Recollection {
  const { push } = createChain(context, ({ args }) => args === undefined)
  return {
    remember: (of, args) => push({ of, args, before: undefined, depth: 0 }),
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
