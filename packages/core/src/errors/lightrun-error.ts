import type { ErrorCode } from './error-codes.ts'

/** Machine-readable facts beside the message: candidates, the nearest line, the column of a fault. Plain JSON. */
export type ErrorDetails = Readonly<Record<string, unknown>>

export interface LightrunErrorOptions {
  cause?: unknown
  details?: ErrorDetails
}

/**
 * A broken contract. `message` says what happened and what to do next; `code` is closed and has a page in
 * `docs/errors/`. Expected outcomes are unions, never this (docs/flow.md, "Four kinds of bad news").
 */
export class LightrunError extends Error {
  override readonly name = 'LightrunError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: LightrunErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }

  /** Holds across the ESM and CommonJS builds, where `instanceof` does not. */
  static is(error: unknown): error is LightrunError {
    return error instanceof Error && error.name === 'LightrunError' && 'code' in error
  }

  /** Whatever was thrown, as one of ours: `internal_error` for what has no code. */
  static from(error: unknown): LightrunError {
    return LightrunError.is(error) ? error : new LightrunError('internal_error', String(error), { cause: error })
  }
}
