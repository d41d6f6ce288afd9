/**
 * Time as a dependency: tests pass a clock they move by hand, agents pass timers that are unref'd.
 */
export interface Timers {
  /** Milliseconds since an arbitrary start; never goes back. */
  nowMs(): number
  /** Runs `callback` once, after at least `delayMs`. The returned function cancels it. Must not keep the process alive. */
  after(delayMs: number, callback: () => void): () => void
}
