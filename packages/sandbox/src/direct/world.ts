import type { Mirror, Redactor } from '@lightrun/core'
import type { SandboxLimits } from '../limits.ts'
import type { Intrinsics } from './intrinsics.ts'
import type { Meter } from './meter.ts'

/** What every part of the direct evaluator works with. One for a sandbox. */
export interface World {
  mirror: Mirror
  intrinsics: Intrinsics
  limits: SandboxLimits
  redactor: Redactor
  meter: Meter
}

/** What an expression reads from: the probe's arguments, say. */
export type Values = ArrayLike<unknown>

/** A compiled term. Throws `Stop`, or an error of V8's own. */
export type Closure = (values: Values) => unknown
