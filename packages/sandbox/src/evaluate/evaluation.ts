import type { Omission } from '@lightrun/core'

/** What an expression came to. Never an exception. */
export type Evaluation = { status: 'value'; value: unknown } | NoValue

export type NoValue =
  /** Knowing it would run application code (`unsafe`), read what redaction hides, or copy too much. `of` says what stands there. */
  | { status: 'omitted'; reason: Omission; of?: string }
  /** JavaScript would have thrown as well, or a name is not in scope. */
  | { status: 'failed'; message: string }
  | { status: 'exceeded'; budget: Budget }
  /** QuickJS is still being loaded; see `Expression.prepare`. */
  | { status: 'unavailable'; message: string }

/** `fuel`: elements visited. `bytes`: text built or copied. The others are those of QuickJS. */
export type Budget = 'fuel' | 'bytes' | 'time' | 'memory' | 'stack'

/** Thrown inside an evaluation and caught where it began. Not an `Error`: taking a stack trace costs microseconds. */
export class Stop {
  readonly outcome: NoValue
  constructor(outcome: NoValue) {
    this.outcome = outcome
  }
}

export const unsafe = (of: string): Stop => new Stop({ status: 'omitted', reason: 'unsafe', of })
export const redacted = (): Stop => new Stop({ status: 'omitted', reason: 'redacted' })
export const failed = (message: string): Stop => new Stop({ status: 'failed', message })
export const exceeded = (budget: Budget): Stop => new Stop({ status: 'exceeded', budget })

/** What reading a variable gives that cannot be read now: not initialised yet. */
export const UNAVAILABLE: unique symbol = Symbol('unavailable')
