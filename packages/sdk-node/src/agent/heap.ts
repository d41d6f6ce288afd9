/**
 * Part of the heap's limit that is left when the application is about to run out of it: V8 then collects again and again,
 * and what the agent holds may be what is missing.
 */
export const SCARCE_HEAP_SHARE = 0.1
/** The same in bytes, for small heaps. */
export const SCARCE_HEAP_BYTES = 16 * 1024 * 1024
/** Bytes of reports that are kept then: enough to say what happens, and what was lost. */
export const SCARCE_QUEUE_BYTES = 64 * 1024

const MIB = 1024 * 1024
/** Old and young objects have limits of their own. V8 tells the sum, which is three semi-spaces more than old objects can use. */
const SEMI_SPACES = 3

export interface HeapStatistics {
  used_heap_size: number
  heap_size_limit: number
}

/**
 * @param statistics of `v8.getHeapStatistics()`
 * @param youngBytes of `youngHeapBytes`
 */
export function isHeapScarce(statistics: HeapStatistics, youngBytes: number): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = statistics
  return limit - used < Math.max(limit * SCARCE_HEAP_SHARE, youngBytes + SCARCE_HEAP_BYTES)
}

/**
 * Bytes of the heap's limit that only young objects can use. No interface of Node's tells it, so it comes from the flags of
 * the process, and without them from what V8 has by default.
 *
 * @param flags of V8 that the process was started with: `NODE_OPTIONS`, then those of the command line
 * @param v8Version as in `process.versions.v8`
 */
export function youngHeapBytes(limitBytes: number, flags: readonly string[], v8Version: string): number {
  const oldMiB = lastNumber(flags, /--max[-_]old[-_]space[-_]size[= ](\d+)/g)
  if (oldMiB !== undefined && oldMiB * MIB < limitBytes) return limitBytes - oldMiB * MIB
  const semiMiB = lastNumber(flags, /--max[-_]semi[-_]space[-_]size[= ](\d+)/g)
  return SEMI_SPACES * (semiMiB ?? defaultSemiSpaceMiB(v8Version)) * MIB
}

/** Node 20 and 22 have V8 11 and 12, Node 24 has 13, Node 26 has 14. */
function defaultSemiSpaceMiB(v8Version: string): number {
  const major = Number.parseInt(v8Version, 10)
  if (major < 13) return 16
  return major === 13 ? 64 : 32
}

/** V8 takes the last, as Node does: the command line comes after the environment. 0 is as if it were not there. */
function lastNumber(flags: readonly string[], pattern: RegExp): number | undefined {
  const [, digits] = [...flags.join(' ').matchAll(pattern)].at(-1) ?? []
  return Number(digits) || undefined
}
