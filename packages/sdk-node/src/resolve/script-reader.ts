import type { AskedPosition } from '@lightrun/core'
import type { Outcome, ScriptPosition, Site } from '@lightrun/instrument'
import type { Script } from '../load/scripts.ts'

/**
 * Reads loaded scripts and their maps again when somebody asks for them. Everything that goes in and out is plain data,
 * and every call stands for itself, so that another thread may do the work.
 */
export interface ScriptReader {
  /**
   * The files that the script's own map names; none without a map.
   * @throws LightrunError `source_map_invalid`, `file_changed`
   */
  sources(script: Script): Promise<readonly string[]>
  /**
   * The files behind those, known by maps of their own, whose path ends as wanted.
   * @throws as `sources`
   */
  sourcesBehind(script: Script, wanted: string): Promise<readonly string[]>
  /**
   * What begins at a line of a file: of the script itself, or of a source that one of the others found.
   * @throws LightrunError `file_changed`, `file_not_woven` for a text with no place for a probe, `source_map_invalid`
   */
  locate(script: Script, file: string, at: LineWanted): Promise<Located>
  /**
   * The function around a line, with what its calls pass. Several where it was compiled or bundled twice.
   * @throws as `locate`
   */
  locateFunction(script: Script, file: string, at: LineWanted): Promise<LocatedFunctions>
  /** Where places of the running text were in what a person wrote. `undefined`: not known. Never rejects. */
  originals(script: Script, places: readonly RunningPosition[]): Promise<readonly (OriginalPlace | undefined)[]>
}

export type LineWanted = Omit<AskedPosition, 'file' | 'nearest'>

export interface Located {
  /** Usually one. Compiled or bundled twice, the same statement has several. */
  statements: readonly LocatedStatement[]
  /** 1-based. Where the line has no statement: the line to take instead, if the file has any. */
  nearestLine: number | undefined
  /** Whether the user's file is the one that runs. `unknown` when they sent no hash, or the source's text is nowhere. */
  comparison: SourceComparison
}

export interface LocatedStatement {
  /** As it runs. */
  site: Site
  /** The same as it was before weaving, its variables under the names of the source. The same object where that is no difference. */
  named: Site
  /** Why it has no probe in a script that is woven, for people. */
  unprobed?: string
}

export interface LocatedFunctions {
  /** None where the line is in no function, or in one that no probe was woven into. */
  functions: readonly LocatedFunction[]
  comparison: SourceComparison
}

export interface LocatedFunction {
  name: string
  isAsync: boolean
  isGenerator: boolean
  /** Every call passes it first. */
  entry: LocatedStatement
  returns: readonly LocatedExit[]
  throws: readonly LocatedExit[]
  /** Every call passes it last; absent in small functions. */
  leave: LocatedStatement | undefined
  /** It has ways to return that `returns` lacks. */
  hasUnseenReturns: boolean
}

/** Where a function returns or throws by itself. */
export interface LocatedExit extends LocatedStatement {
  outcome: Outcome
  /**
   * The statement whose probe is passed right before, with its variables: the same as this where that knows the outcome,
   * absent where the function just ends.
   */
  before: LocatedStatement | undefined
}

/** `line`, 1-based: where the user's line is in the file that runs. */
export type SourceComparison = { status: 'same' | 'unknown' } | { status: 'differs'; line: number | undefined }

/** A place in a running text, as V8 tells it but 0-based. */
export interface RunningPosition extends ScriptPosition {
  /** The column counts the text as it was before weaving. */
  exact: boolean
  /** The function's name there. */
  function: string
}

/** 1-based. */
export interface OriginalPlace {
  file: string
  line: number
  column: number
  /** The function's name in the source, where it is known to differ from the running one. */
  function: string | undefined
  /** The map could not be read: another look may tell another place. */
  isPreliminary: boolean
}
