import type { ContextCell } from './open-times.ts'

/** Calls of a function that always says when it leaves: what each was given, and whether it came to an exit of its own. */
export interface OpenCalls {
  begin(args: readonly unknown[]): void
  /** The latest call has come to an exit. */
  exit(): void
  /** The latest call is over. What it was given, unless it came to an exit: then an error from elsewhere ended it. */
  leave(): readonly unknown[] | undefined
}

export interface OpenCall {
  /** Emptied when the call is over. */
  args: readonly unknown[] | undefined
  hasExited: boolean
  readonly before: OpenCall | undefined
  readonly depth: number
}

/** Calls that run at once in one context, by recursion. Beyond, the oldest are forgotten. */
export const MAX_OPEN_CALLS = 64

export function createOpenCalls(context: ContextCell<OpenCall>): OpenCalls {
  function latest(): OpenCall | undefined {
    let call = context.get()
    while (call !== undefined && call.args === undefined) call = call.before
    return call
  }
  return {
    begin(args) {
      const last = latest()
      const before = last !== undefined && last.depth >= MAX_OPEN_CALLS ? undefined : last
      context.set({ args, hasExited: false, before, depth: before === undefined ? 1 : before.depth + 1 })
    },
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
