/** Bounds of one evaluation. Over a bound the answer says which; see `Evaluation`. */
export interface SandboxLimits {
  /** Elements and keys the direct evaluator may visit in one evaluation: about 60 ns each. */
  fuel: number
  /** Values copied into QuickJS for one evaluation: about 150 ns each. */
  copyValues: number
  /** UTF-16 units of the encoded copy. */
  copyLength: number
  /** Nesting of the copy. What lies deeper cannot be read by a callback. */
  copyDepth: number
  /** Milliseconds QuickJS may run. Polled between its steps; native calls inside are bounded by size. */
  timeMs: number
  /** Heap of QuickJS in bytes, for all expressions of a sandbox. WebAssembly never gives memory back. */
  memoryBytes: number
  /** Stack of QuickJS in bytes. Its native recursion costs several times as much of the host's own stack. */
  stackBytes: number
}

/** A condition on a hot line must end long before anybody notices: ten thousand elements are 0.6 ms. */
export const DEFAULT_LIMITS: SandboxLimits = {
  fuel: 10_000,
  copyValues: 5_000,
  copyLength: 128 * 1024,
  copyDepth: 8,
  timeMs: 10,
  memoryBytes: 4 * 1024 * 1024,
  // At 128 KiB, JSON.stringify of 20 000 nested arrays overflowed Node's default stack first.
  stackBytes: 48 * 1024,
}

/** UTF-16 units of a string that `repeat`, `padStart`, `join` and the like may build. */
export const MAX_BUILT_STRING = 100_000
/** Elements of a list that a fold may build, that is sorted, or that is written as JSON. */
export const MAX_BUILT_LIST = 20_000
/** Haystack times needle of one text search: V8 and QuickJS are quadratic at worst, 5 ms at this product. */
export const MAX_SEARCH_PRODUCT = 10_000_000
/** Bits of an operand or a result of `*`, `**` and `<<` on BigInts: multiplication is quadratic. */
export const MAX_BIGINT_BITS = 16_384
