import type { SharedArguments } from './contract.ts'

/**
 * Runs in the middle of the program's statement. `args` are for `readVariable`, and only while it runs: where probes share what they pass,
 * they are what the call holds, and change with its next pass. `ownArguments` keeps them.
 */
export type SitePass = (args: readonly unknown[]) => void

/** What woven code calls: with a number, or at the first pass of a call. Then it is answered with what it calls at the others; with nothing if nobody cares for them. */
export type CellFunction = (...args: unknown[]) => CellFunction | undefined

/** Who wants to know of a function's passes. Asked at each pass; nothing of it may throw. */
export interface Watch {
  passAt(number: number): SitePass | undefined
  /** The numbers of the sites that somebody wants to know of: another list when they are others. */
  readonly sites: readonly number[]
}

/**
 * What to put into a function's cell.
 *
 * @param shared that of the function's sites
 */
export function watchCalls(shared: SharedArguments | undefined, watch: Watch): CellFunction {
  if (shared === undefined) {
    return (number, ...args) => {
      watch.passAt(number as number)?.(args)
      return undefined
    }
  }
  const { passes, slots } = shared
  if (passes.length === 1) {
    return (...args) => {
      watch.passAt(0)?.(args)
      return undefined
    }
  }
  let sites: readonly number[] | undefined
  let wanted = NONE
  return (...args) => {
    if (sites !== watch.sites) {
      sites = watch.sites
      wanted = wantedPasses(shared, sites)
    }
    // By index throughout: the application may have replaced the methods of arrays. Made at its size, a list is filled in half the time.
    const held = new Array<unknown>(slots)
    for (let i = 0; i < args.length; i++) held[i] = args[i]
    watch.passAt(0)?.(held)
    if (wanted.length === 0) return undefined
    const isWanted = wanted
    return (told, ...changed) => {
      const number = told as number
      // Most passes of a loop, where another line is asked about.
      if (!isWanted[number]) return undefined
      const filled = passes[number]!
      for (let i = 0; i < filled.length; i++) held[filled[i]!] = changed[i]
      watch.passAt(number)?.(held)
      return undefined
    }
  }
}

const NONE: readonly boolean[] = []

/** By number: whether a pass after the first is asked about, or brings what is seen at one of those. Empty if there are none. */
function wantedPasses(shared: SharedArguments, sites: readonly number[]): readonly boolean[] {
  const { bringers, passes } = shared
  const wanted: boolean[] = []
  // No holes: behind one there may be an index of the application's, on a prototype.
  for (let number = 0; number < passes.length; number++) wanted[number] = false
  let isAny = false
  for (let i = 0; i < sites.length; i++) {
    const site = sites[i]!
    if (site === 0) continue
    isAny = true
    wanted[site] = true
    const from = bringers[site]!
    for (let j = 0; j < from.length; j++) wanted[from[j]!] = true
  }
  return isAny ? wanted : NONE
}
