/** Pauses that double, up to a longest. Calls nothing that an application can replace, so that it works where all else fails. */
export interface DoublingPause {
  /** Milliseconds of this one; the next is twice as long. */
  next(): number
  /** The next is the first again. */
  reset(): void
}

export function createDoublingPause(firstMs: number, longestMs: number): DoublingPause {
  let nextMs = firstMs
  return {
    next() {
      const ms = nextMs
      // biome-ignore lint/complexity/useMathMinMax: it may throw
      nextMs = 2 * ms < longestMs ? 2 * ms : longestMs
      return ms
    },
    reset() {
      nextMs = firstMs
    },
  }
}
