/**
 * Bounds of one capture. Over a bound, the value says `omitted` with the reason in its place. Names follow the
 * options users know from `lightrun.start({ capture })`.
 */
export interface CaptureLimits {
  /** Nesting below a variable. */
  maxDepth: number
  /** Properties, elements or entries of one object. */
  maxProperties: number
  /** UTF-16 units of one string. */
  maxStringLength: number
  /** Objects and primitives in the whole capture: bounds the time of a wide and deep value. */
  maxValues: number
  /** Approximate encoded bytes of the whole capture. */
  maxBytes: number
  /** Wall time of the walk in microseconds. */
  maxMicros: number
}

/** Variables of a snapshot. A microsecond buys about five values, so the default walk stays far below a millisecond. */
export const DEFAULT_CAPTURE_LIMITS: CaptureLimits = {
  maxDepth: 5,
  maxProperties: 50,
  maxStringLength: 1_024,
  maxValues: 2_000,
  maxBytes: 64 * 1024,
  maxMicros: 5_000,
}

/** Someone asked for this value by name: a larger budget. */
export const WATCH_CAPTURE_LIMITS: CaptureLimits = {
  maxDepth: 10,
  maxProperties: 1_024,
  maxStringLength: 32 * 1024,
  maxValues: 10_000,
  maxBytes: 256 * 1024,
  maxMicros: 10_000,
}

/** A value inside a line of text. */
export const LOG_CAPTURE_LIMITS: CaptureLimits = {
  maxDepth: 3,
  maxProperties: 20,
  maxStringLength: 1_024,
  maxValues: 200,
  maxBytes: 8 * 1024,
  maxMicros: 1_000,
}
