/**
 * Part of the heap's limit that is left when the application is about to run out of it: V8 then collects again and again,
 * and what the agent holds may be what is missing.
 */
export const SCARCE_HEAP_SHARE = 0.1
/** The same in bytes, for small heaps: V8's limit counts up to 48 MiB of young objects that the old ones cannot use. */
export const SCARCE_HEAP_BYTES = 64 * 1024 * 1024
/** Bytes of reports that are kept then: enough to say what happens, and what was lost. */
export const SCARCE_QUEUE_BYTES = 64 * 1024

/** @param statistics of `v8.getHeapStatistics()` */
export function isHeapScarce(statistics: { used_heap_size: number; heap_size_limit: number }): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = statistics
  return limit - used < Math.max(limit * SCARCE_HEAP_SHARE, SCARCE_HEAP_BYTES)
}
