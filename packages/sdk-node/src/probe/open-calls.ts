import { createChain, type Link } from './chain.ts'
import type { ContextCell } from './context-cell.ts'

/** Calls of a function that always says when it leaves: what each was given, and whether it came to an exit of its own. */
export interface OpenCalls {
  begin(args: readonly unknown[]): void
  /** The latest call has come to an exit. */
  exit(): void
  /** The latest call is over. What it was given, unless it came to an exit: then an error from elsewhere ended it. */
  leave(): readonly unknown[] | undefined
}

export interface OpenCall extends Link<OpenCall> {
  /** Emptied when the call is over. */
  args: readonly unknown[] | undefined
  hasExited: boolean
}

export function createOpenCalls(context: ContextCell<OpenCall>): OpenCalls {
  const { latest, push } = createChain(context, ({ args }) => args === undefined)
  return {
    begin: (args) => push({ args, hasExited: false, before: undefined, depth: 0 }),
    exit() {
      const call = latest()
      if (call !== undefined) call.hasExited = true
    },
    leave() {
      const call = latest()
      if (call === undefined) return undefined
      const { args, hasExited } = call
      call.args = undefined
      return hasExited ? undefined : args
    },
  }
}
