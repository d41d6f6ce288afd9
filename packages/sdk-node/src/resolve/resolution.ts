import type { AskedPosition, ErrorCode, Moment, PlacementNote, SourcePosition } from '@lightrun/core'
import type { Outcome } from '@lightrun/instrument'
import type { Place } from '../engine/engine.ts'

/** Where a source position is in the code that runs. */
export interface Resolution {
  /** Usually one. Several when the compiler or bundler copied the line, or versions of it are loaded: a probe goes to each. */
  places: readonly Place[]
  /** The source file that matched, and the line. */
  position: SourcePosition
  /** What the user should know of it. */
  notes: readonly PlacementNote[]
}

/** The function around a source position, in the code that runs. */
export interface FunctionResolution extends Omit<Resolution, 'places'> {
  /** Usually one; the same function several times where it was copied. */
  functions: readonly FunctionPlaces[]
}

export interface FunctionPlaces {
  isAsync: boolean
  isGenerator: boolean
  entry: Place
  returns: readonly ExitPlace[]
  throws: readonly ExitPlace[]
  leave: Place | undefined
  /** It has ways to return that `returns` lacks. */
  hasUnseenReturns: boolean
}

/** Where a function returns or throws by itself. */
export interface ExitPlace extends Place {
  outcome: Outcome
  /** The place of its statement, passed right before; absent where the function just ends. */
  before: Place | undefined
}

/** What of a function is asked about: that decides what is told to be unseen. */
export type CallAspect = 'duration' | Moment

/** A frame as V8 tells it, 1-based. */
export interface RunningPlace {
  file: string
  line: number
  column: number
  /** Whether the column counts the script as it was written. In woven code V8's own columns count our probes too. */
  exact: boolean
  function: string
}

export interface SourceFrame extends SourcePosition {
  /** As it is called in the source where a map tells it, else as V8 calls it. */
  function: string
}

/** Finds the code of a source position. Reading is left to a `ScriptReader`, so that this never blocks. */
export interface Resolver {
  /**
   * @throws LightrunError `file_not_found`, `file_not_woven`, `file_ambiguous`, `file_changed`, `no_code_at_line`,
   * `source_map_missing` or `source_map_invalid`.
   */
  resolve(position: AskedPosition): Promise<Resolution>
  /** The function around a position. @throws as `resolve` does. */
  resolveFunction(position: AskedPosition, about: CallAspect): Promise<FunctionResolution>
  /** Frames in source positions, in their order. Without a map: the place itself. Never rejects. */
  originals(places: readonly RunningPlace[]): Promise<SourceFrame[]>
}

/** A file that loads later can still cure these. */
export function mayRecover(code: ErrorCode | undefined): boolean {
  return code === 'file_not_found' || code === 'file_not_woven' || code === 'source_map_missing'
}
