import type { SharedArguments } from './contract.ts'

/**
 * Runs in the middle of the program's statement. `args` are for `readVariable`, and only while it runs: where probes share what they pass,
 * they are what the call holds, and change with its next pass. `ownArguments` keeps them.
 */
export type SitePass = (args: readonly unknown[]) => void

/** What woven code calls at the first pass of a call, and is answered with what it calls at the others; with nothing if nobody cares for them. */
export type CellFunction = (number: number, ...args: unknown[]) => CellFunction | undefined

/** Who wants to know of a function's passes. Asked at each pass; nothing of it may throw. */
export interface Watch {
  passAt(number: number): SitePass | undefined
  /** Whether anybody wants to know of another site than this one. */
  isElsewhere(number: number): boolean
}

/**
 * What to put into a function's cell.
 *
 * @param shared that of the function's sites
 */
export function watchCalls(shared: SharedArguments | undefined, watch: Watch): CellFunction {
  if (shared === undefined) {
    return (number, ...args) => {
      watch.passAt(number)?.(args)
      return undefined
    }
  }
  const { passes, slots } = shared
  return (first, ...args) => {
    // By index throughout: the application may have replaced the methods of arrays. Made at its size, a list is filled in half the time.
    const held = new Array<unknown>(slots)
    for (let i = 0; i < args.length; i++) held[i] = args[i]
    watch.passAt(first)?.(held)
    if (!watch.isElsewhere(first)) return undefined
    return (number, ...changed) => {
      const filled = passes[number]!
      for (let i = 0; i < filled.length; i++) held[filled[i]!] = changed[i]
      watch.passAt(number)?.(held)
      return undefined
    }
  }
}
