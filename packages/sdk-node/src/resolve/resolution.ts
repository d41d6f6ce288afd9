import type { ErrorCode, SourcePosition } from '@lightrun/core'
import type { Place } from '../engine/engine.ts'

/** Where a source position is in the code that runs. */
export interface Resolution {
  /** Usually one. Several when the compiler or bundler copied the line: a probe goes to each. */
  places: readonly Place[]
  /** The source file that matched, and the line. */
  position: SourcePosition
}

/** A place as V8 tells it, 1-based. */
export interface RunningPlace {
  file: string
  line: number
  column: number
  /** Whether the column counts the script as it was written. In woven code V8's own columns count our probes too. */
  exact: boolean
}

/** Finds the code of a source position; reads files, and never blocks for longer than parsing one of them. */
export interface Resolver {
  /**
   * @throws LightrunError `file_not_found`, `file_not_woven`, `file_ambiguous`, `file_changed`, `no_code_at_line` or
   * `source_map_invalid`.
   */
  resolve(position: SourcePosition): Promise<Resolution>
  /** The source position of a place in running code, for stack frames. Without a map: the place itself. */
  original(place: RunningPlace): Promise<SourcePosition>
}

/** A file that loads later can still cure these. */
export function mayRecover(code: ErrorCode | undefined): boolean {
  return code === 'file_not_found' || code === 'file_not_woven'
}
