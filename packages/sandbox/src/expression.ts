import type { Evaluation } from './evaluate/evaluation.ts'
import type { Cost } from './language/cost.ts'
import type { Engine, Reference } from './language/result.ts'

/** An expression that was verified and compiled. Disposing of it frees its functions in QuickJS. */
export interface Expression extends Disposable {
  readonly source: string
  readonly references: readonly Reference[]
  readonly engine: Engine
  /** What an evaluation costs, as far as the text alone tells. */
  readonly cost: Cost
  /** Fuel that the latest evaluation took. */
  readonly spent: number
  /**
   * Settles when the first evaluation will not be `unavailable`: at once for `direct`, else when QuickJS is loaded
   * (about 30 ms, once) and has compiled what is its part. Rejects with `LightrunError` when that is impossible.
   */
  prepare(): Promise<void>
  /**
   * For the hot path: resolves the names once. The function evaluates over whatever array it is given, throws
   * nothing and keeps nothing. A name that is not in the layout is one of the language or not defined; the message about
   * one lists `names`, by default those that the layout is known to have.
   */
  bind(layout: Layout, names?: readonly string[]): Bound
  /** Evaluates over a scope: resolves names on each call, otherwise the same as `bind`. */
  evaluate(scope: Scope): Evaluation
}

export type Bound = (values: ArrayLike<unknown>) => Evaluation

/**
 * Where the variables of a place are in its values. A list of names: by position. A function: for a name, its
 * position, or a reader for what is not simply an element (it must not run application code), or undefined when it is not in scope.
 * `this` is a name. A value that is `UNAVAILABLE` is a variable that cannot be read yet.
 */
export type Layout = readonly string[] | ((name: string) => Slot | undefined)
export type Slot = number | ((values: ArrayLike<unknown>) => unknown)

/** Variables by name; only those that the expression comes to are read. `read` must not run application code. */
export interface Scope {
  read(name: string): ScopeReading
  /** For the message about a name that is absent. */
  names?(): readonly string[]
}
export type ScopeReading = { status: 'value'; value: unknown } | { status: 'absent' } | { status: 'unavailable' }
