import type { Outcome, Variant } from './contract.ts'

/** A program that needs little of Node, given as text: files, one of which starts it. */
export interface ContextProgram {
  format: 'commonjs' | 'module'
  /** The name of the file that starts the program; relative imports look among the others. */
  entry: string
  sources: Readonly<Record<string, string>>
}

export interface ContextOutcome extends Outcome {
  /** Snapshots of files that have a `//?` mark: at the first hit of each site, `file:index` → names and values, inspected. */
  captures: Record<string, Record<string, string>>
}

export interface ContextRequest {
  program: ContextProgram
  variant: Variant
}

export interface ContextResponse {
  outcome: ContextOutcome
}
