import type { CapturedValue } from '@lightrun/core'
import type { NoValue } from '../evaluate/evaluation.ts'
import type { Layout } from '../expression.ts'
import type { Engine, Reference } from '../language/result.ts'

/** A log's text with expressions in it, compiled. Disposing of it disposes of its expressions. */
export interface Format extends Disposable {
  readonly source: string
  /** Names of the fields of every line, each once. */
  readonly fields: readonly string[]
  readonly references: readonly Reference[]
  readonly engine: Engine
  /** As of `Expression`. */
  prepare(): Promise<void>
  /** For the hot path: the function makes a line of the values of a place. It throws nothing and runs no application code. */
  bind(layout: Layout): (values: ArrayLike<unknown>) => Line
}

/** One line, as text and as data. Everything in it is a bounded copy. */
export interface Line {
  /** At most `MAX_LINE_LENGTH` units. Control characters of values are escaped: a value cannot begin a new line. */
  text: string
  /** What the expressions came to, in the order of `Format.fields`. */
  fields: readonly Field[]
}

export interface Field {
  name: string
  /** `omitted` when there is none. */
  value: CapturedValue
  /** Why there is none. */
  problem?: NoValue
}
