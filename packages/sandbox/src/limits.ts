export interface Clock {
  /** Monotonic. */
  nowMs(): number
}

/** Bounds of one evaluation. Over a bound the answer says which; see `Evaluation`. */
export interface SandboxLimits {
  /**
   * Elements, keys and entries the direct evaluator may visit in one evaluation, and terms of callbacks it may
   * evaluate: 20 to 60 ns each.
   */
  fuel: number
  /** UTF-16 units of text the direct evaluator may build in one evaluation. */
  builtLength: number
  /** Values copied into QuickJS for one evaluation: about 150 ns each. */
  copyValues: number
  /** UTF-16 units of the encoded copy. */
  copyLength: number
  /** Nesting of the copy. What lies deeper cannot be read by a callback. */
  copyDepth: number
  /**
   * Milliseconds one evaluation may take, in either evaluator. Polled between steps; native calls are bounded by size.
   * The clock starts when the first thousand units of fuel are used up, or at the first step into QuickJS.
   */
  timeMs: number
  /** Heap of QuickJS in bytes, for all expressions of a sandbox. WebAssembly never gives memory back. */
  memoryBytes: number
  /** Stack of QuickJS in bytes. Its native recursion costs several times as much of the host's own stack. */
  stackBytes: number
}

/** A condition on a hot line must end long before anybody notices. */
export const DEFAULT_LIMITS: SandboxLimits = {
  // `items.some(i => i.price > 3)` over ten thousand items, 1-3 ms.
  fuel: 60_000,
  // Templates and joins of a long line, a hundred times over.
  builtLength: 1_000_000,
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
/** UTF-16 units of a text that QuickJS makes a regular expression of. */
export const MAX_PATTERN_LENGTH = 1_000
/**
 * Elements, or 16 units of text each, that native calls of one step into QuickJS may go through: 10 to 20 ms. The
 * deadline is not looked at inside of them, and only between thousands of them.
 */
export const MAX_GUEST_WORK = 300_000
/** Bits of an operand or a result of `*`, `**` and `<<` on BigInts: multiplication is quadratic. */
export const MAX_BIGINT_BITS = 16_384
