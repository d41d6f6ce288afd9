import { type AskedPosition, LightrunError, MAX_PLACEMENT_NOTES, type PlacementNote } from '@lightrun/core'
import type { Place } from '../engine/engine.ts'
import type { Script, Scripts } from '../load/scripts.ts'
import type { FindCompiled } from './compiled-scripts.ts'
import type { EarlierScripts } from './earlier-scripts.ts'
import { createFindMatches, list, MAX_LISTED, type Match } from './find-matches.ts'
import { createKnownFrames } from './known-frames.ts'
import { normalizePath, tellingEnd } from './path-match.ts'
import type { CallAspect, ExitPlace, FunctionPlaces, Resolver, RunningPlace, SourceFrame } from './resolution.ts'
import type {
  LineWanted,
  Located,
  LocatedExit,
  LocatedFunction,
  LocatedStatement,
  OriginalPlace,
  ScriptReader,
  SourceComparison,
} from './script-reader.ts'
import { ASK_FOR_ERROR } from './unseen-error.ts'

export interface ResolverOptions {
  scripts: Scripts
  reader: ScriptReader
  earlier: EarlierScripts
  compiled: FindCompiled
}

/** Of one position: an action may have two. */
const MAX_NOTES = MAX_PLACEMENT_NOTES / 2

export function createResolver({ scripts, reader, earlier, compiled }: ResolverOptions): Resolver {
  const knownFrames = createKnownFrames()
  const findMatches = createFindMatches({ scripts, reader, earlier, compiled })
  /** Scripts that no hook has seen and somebody asked about: their frames are told by their maps, too. */
  const foundEarlier = new Map<string, Script>()

  /** What every version and copy of the file has at the line. Throws only if none can be read. */
  async function locateAll<L>(
    matches: readonly Match[],
    locate: (script: Script, file: string, at: LineWanted) => Promise<L>,
    at: LineWanted,
  ): Promise<Everywhere<L>> {
    const found: Everywhere<L>['found'] = []
    const faults: LightrunError[] = []
    for (const { script, file } of matches) {
      try {
        found.push({ script, located: await locate(script, file, at) })
      } catch (error) {
        faults.push(LightrunError.from(error))
      }
    }
    if (found.length === 0 && faults[0] !== undefined) throw faults[0]
    return { found, faults }
  }

  /** One message for each script, whatever the number of frames, and none where all are known. */
  async function originalsIn(file: string, places: readonly RunningPlace[]): Promise<SourceFrame[]> {
    const script = scripts.get(file) ?? foundEarlier.get(file)
    if (script === undefined || (script.status === 'unwoven' && script.reason === 'excluded')) {
      return places.map((place) => toFrame(place, undefined, script))
    }
    const known = places.map((place) => knownFrames.get(script, place))
    const asked = places.filter((_, index) => known[index] === undefined)
    const found = asked.length === 0 ? [] : await reader.originals(script, asked.map(toZeroBased))
    let next = 0
    return places.map((place, index) => known[index] ?? learn(script, place, found[next++]))
  }

  /** What cannot be read now may be read later. */
  function learn(script: Script, place: RunningPlace, found: OriginalPlace | undefined): SourceFrame {
    const frame = toFrame(place, found, script)
    if (found?.isPreliminary === false) knownFrames.add(script, place, frame)
    return frame
  }

  /** The one file that is meant, in every script that holds it. */
  async function find(asked: AskedPosition): Promise<{ file: string; chosen: readonly Match[] }> {
    const wanted = normalizePath(asked.file)
    const matches = await findMatches(wanted)
    const file = choose(matches, wanted)
    const chosen = matches.filter((match) => match.file === file)
    for (const { script } of chosen) {
      if (scripts.get(script.path) === undefined) foundEarlier.set(script.path, script)
    }
    return { file, chosen }
  }

  return {
    async resolveFunction(asked, about) {
      const { file, chosen } = await find(asked)
      const everywhere = await locateAll(chosen, reader.locateFunction, asked)
      const functions = everywhere.found.flatMap(({ script, located }) =>
        located.functions.map((fn) => ({ fn, places: functionPlaces(script, fn) })),
      )
      if (functions.length === 0) throw noFunction({ ...asked, file }, everywhere, about)
      const notes: PlacementNote[] = [
        ...noteComparison(everywhere),
        ...noteUnseen(
          functions.map(({ fn }) => fn),
          about,
        ),
        ...everywhere.faults.map(({ message }) => ({ type: 'partial' as const, message })),
      ]
      const { line, column } = asked
      return {
        functions: functions.map(({ places }) => places),
        position: { file, line, ...(column === undefined ? {} : { column }) },
        notes: notes.slice(0, MAX_NOTES),
      }
    },

    async resolve(asked) {
      const { file, chosen } = await find(asked)
      let everywhere = await locateAll(chosen, reader.locate, asked)
      const notes: PlacementNote[] = noteComparison(everywhere)
      let { line } = asked
      if (!hasStatements(everywhere)) {
        const nearest = nearestOf(everywhere, line)
        if (asked.nearest !== true || nearest === undefined) throw noCode({ ...asked, file }, nearest, notes)
        everywhere = await locateAll(chosen, reader.locate, { line: nearest })
        notes.push({ type: 'moved', fromLine: line })
        line = nearest
      }
      for (const { message } of everywhere.faults) notes.push({ type: 'partial', message })
      return {
        places: everywhere.found.flatMap(({ script, located }) => placesIn(script, located)),
        position: {
          file,
          line,
          ...(asked.column === undefined || line !== asked.line ? {} : { column: asked.column }),
        },
        notes: notes.slice(0, MAX_NOTES),
      }
    },

    async originals(places) {
      const byFile = new Map<string, RunningPlace[]>()
      for (const place of places) byFile.set(place.file, [...(byFile.get(place.file) ?? []), place])
      const frames = new Map<RunningPlace, SourceFrame>()
      await Promise.all(
        [...byFile].map(async ([file, some]) => {
          const found = await originalsIn(file, some)
          some.forEach((place, index) => {
            frames.set(place, found[index]!)
          })
        }),
      )
      return places.map((place) => frames.get(place)!)
    },
  }
}

interface Everywhere<L = Located> {
  found: { script: Script; located: L }[]
  /** Versions or copies that could not be read. */
  faults: readonly LightrunError[]
}

const placesIn = (script: Script, { statements }: Located): Place[] =>
  statements.map((statement) => ({ script, ...statement }))

const hasStatements = ({ found }: Everywhere) => found.some(({ located }) => located.statements.length > 0)

function nearestOf({ found }: Everywhere, line: number): number | undefined {
  const lines = found.flatMap(({ located }) => located.nearestLine ?? [])
  return lines.sort((a, b) => Math.abs(a - line) - Math.abs(b - line))[0]
}

/** The user's file may be any of the versions that run. */
function noteComparison({ found }: Everywhere<{ comparison: SourceComparison }>): PlacementNote[] {
  const comparisons: SourceComparison[] = found.map(({ located }) => located.comparison)
  if (comparisons.some(({ status }) => status === 'same')) return []
  const differs = comparisons.find((each) => each.status === 'differs')
  if (differs?.status !== 'differs') return []
  return [{ type: 'source_differs', ...(differs.line === undefined ? {} : { line: differs.line }) }]
}

function functionPlaces(script: Script, fn: LocatedFunction): FunctionPlaces {
  const toPlace = ({ site, named }: LocatedStatement): Place => ({ script, site, named })
  const toExit = (exit: LocatedExit): ExitPlace => ({
    ...toPlace(exit),
    outcome: exit.outcome,
    before: exit.before && toPlace(exit.before),
  })
  const { isAsync, isGenerator, hasUnseenReturns, entry, returns, throws, leave } = fn
  return {
    isAsync,
    isGenerator,
    hasUnseenReturns,
    entry: toPlace(entry),
    returns: returns.map(toExit),
    throws: throws.map(toExit),
    leave: leave && toPlace(leave),
  }
}

/** What happens in small functions and has no probe there. */
function noteUnseen(functions: readonly LocatedFunction[], about: CallAspect): PlacementNote[] {
  const messages = new Set<string>()
  const unseen = about === 'duration' ? 'such calls are not measured' : `such errors are not seen; ${ASK_FOR_ERROR}`
  for (const { leave, hasUnseenReturns, name } of functions) {
    const called = name === '' ? 'this function' : name
    if (about !== 'return' && leave === undefined) {
      messages.add(`${called} is too small for a probe where an error from elsewhere leaves it: ${unseen}`)
    }
    if (about === 'throw' && leave !== undefined) {
      messages.add(
        `an error that ${called} did not throw itself and only passes on is seen without its value; ${ASK_FOR_ERROR}`,
      )
    }
    if (about === 'return' && hasUnseenReturns) {
      messages.add(`some returns of ${called} have no probe, and are not seen`)
    } else if (about === 'duration' && leave === undefined && hasUnseenReturns) {
      messages.add(`some returns of ${called} have no probe, and are not measured`)
    }
  }
  return [...messages].map((message) => ({ type: 'partial', message }))
}

const PRELOAD =
  'preload lightrun (NODE_OPTIONS="--import @lightrun/sdk-node/register"), or start it before that file is loaded'

const NEEDS: Record<CallAspect, string> = {
  duration: 'a duration needs probes where calls begin and end',
  return: 'seeing what is returned needs probes where calls end',
  throw: 'seeing what is thrown needs probes where calls end',
}

function noFunction({ file, line }: AskedPosition, { found }: Everywhere<unknown>, about: CallAspect): LightrunError {
  const unwoven = found.map(({ script }) => script).find((script) => script.status === 'unwoven')
  if (unwoven?.status === 'unwoven') {
    const { path, reason, message } = unwoven
    const advice = reason === 'loaded_earlier' ? `; ${PRELOAD}` : ''
    return new LightrunError('file_not_woven', `${NEEDS[about]}, and ${path} has none: ${message}${advice}`, {
      details: { reason },
    })
  }
  return new LightrunError('no_code_at_line', `${file}:${line} is in no function that has probes; take a line of one`)
}

/** One file: the one that was written in full, or the only one there is. */
function choose(matches: readonly Match[], wanted: string): string {
  const files = [...new Set(matches.map((match) => match.file))]
  const [only = wanted, ...others] = files
  if (others.length === 0) return only
  if (files.includes(wanted)) return wanted
  const candidates = files.map((file, index) => (index < MAX_LISTED ? tellingEnd(file, files) : file))
  throw new LightrunError(
    'file_ambiguous',
    `${files.length} loaded files match ${wanted}; write more of the path: ${list(candidates)}`,
    { details: { candidates: candidates.slice(0, MAX_LISTED) } },
  )
}

function noCode(
  { file, line }: AskedPosition,
  nearest: number | undefined,
  notes: readonly PlacementNote[],
): LightrunError {
  const differing = notes.find((note) => note.type === 'source_differs')
  // The text that the user means is a better offer than whatever is near its old place.
  const sameText = differing?.type === 'source_differs' && differing.line !== line ? differing.line : undefined
  const advice =
    sameText !== undefined
      ? `the file you look at is not the one that runs, where your line is line ${sameText}`
      : nearest === undefined
        ? 'the file has no statements'
        : `the nearest line with code is ${nearest}`
  const offer = sameText ?? nearest
  return new LightrunError('no_code_at_line', `no statement begins at ${file}:${line}; ${advice}`, {
    details: offer === undefined ? {} : { nearestLine: offer },
  })
}

const toZeroBased = (place: RunningPlace): RunningPlace => ({
  ...place,
  line: place.line - 1,
  column: place.column - 1,
})

function toFrame(place: RunningPlace, found: OriginalPlace | undefined, script: Script | undefined): SourceFrame {
  const { file, line, column } = place
  if (found !== undefined) {
    return { file: found.file, line: found.line, column: found.column, function: found.function ?? place.function }
  }
  // A woven script that cannot be read again: its columns count our probes, and are no use to anybody.
  const isExact = place.exact || script?.status !== 'woven'
  return { function: place.function, file, line, ...(isExact ? { column } : {}) }
}
