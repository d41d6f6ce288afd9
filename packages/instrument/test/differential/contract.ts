import type { Site } from '../../src/contract.ts'

/** How a program is run. `armed` defines every cell and reads every variable at every hit. */
export type Variant = 'unwoven' | 'dormant' | 'armed'

export interface ProgramFile {
  code: string
  /** Cells and sites; empty when unwoven. */
  cells: readonly string[]
  sites: readonly Site[]
}

export interface Program {
  format: 'commonjs' | 'module'
  /** The name of the file that starts the program; relative imports look among the others. */
  entry: string
  files: Readonly<Record<string, ProgramFile>>
  armed: boolean
}

/** All that the outside can see of a run. */
export interface Outcome {
  /** Console lines, then how it ended: errors with name, message and the frames' functions and lines. */
  output: string[]
  /** First hit of each site, when armed: `file:index` → names and values, values inspected. */
  captures: Record<string, Record<string, string>>
  hits: number
}
