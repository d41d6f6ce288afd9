import { LightrunError, type SourcePosition } from '@lightrun/core'
import type { Script, Scripts } from '../load/scripts.ts'
import { nearestLine, placesAt, type SourcePlace } from './line-table.ts'
import { matchesPath, normalizePath, stem } from './path-match.ts'
import type { Resolution, Resolver } from './resolution.ts'
import type { ScriptReader } from './script-reader.ts'

export interface ResolverOptions {
  scripts: Scripts
  reader: ScriptReader
  /** Paths of modules that were loaded before the hooks; for the error only. */
  earlier: () => readonly string[]
}

/** A source file that matches, in a script that holds its code. */
interface Match {
  /** Normalized. */
  file: string
  script: Script
  /** Index into the map's sources; `undefined` when the script itself is meant. */
  source: number | undefined
}

interface Search {
  matches: Match[]
  /** Scripts that could not be searched. */
  broken: LightrunError[]
}

/** Candidates listed in an error. */
const MAX_LISTED = 10

export function createResolver({ scripts, reader, earlier }: ResolverOptions): Resolver {
  async function findMatches(wanted: string): Promise<Match[]> {
    const all = [...scripts.all()]
    const likely = all.filter((script) => stem(normalizePath(script.path)) === stem(wanted))
    const first = await matchesIn(likely, wanted)
    if (first.matches.length > 0) return first.matches
    // The one script that shares the name has a broken map: the file is most likely the one behind it.
    const [broken] = first.broken
    if (broken !== undefined) throw broken
    // A bundle's name says nothing of what is in it: only now are all the maps read.
    const rest = await matchesIn(without(all, likely), wanted)
    if (rest.matches.length > 0) return rest.matches
    throw notFound(wanted, likely, rest.broken)
  }

  async function matchesIn(candidates: readonly Script[], wanted: string): Promise<Search> {
    const matches: Match[] = []
    const broken: LightrunError[] = []
    for (const script of candidates) {
      const path = normalizePath(script.path)
      if (matchesPath(path, wanted)) {
        matches.push({ file: path, script, source: undefined })
        continue
      }
      if (script.status === 'unwoven') continue
      const map = await reader.read(script).then((text) => text.map, keepIn(broken))
      map?.sources.forEach((file, source) => {
        if (matchesPath(file, wanted)) matches.push({ file, script, source })
      })
    }
    return { matches, broken }
  }

  function notFound(wanted: string, likely: readonly Script[], broken: readonly LightrunError[]): LightrunError {
    const before = earlier()
      .map(normalizePath)
      .find((path) => matchesPath(path, wanted))
    if (before !== undefined) {
      return new LightrunError(
        'file_not_woven',
        `${before} was loaded before lightrun, or is excluded; start the process with: node --import @lightrun/sdk-node/register, and name dependencies in weave.nodeModules`,
      )
    }
    const similar = likely.map((script) => script.path)
    const hints = [
      similar.length > 0 ? `loaded files with that name: ${list(similar)}` : `${scripts.size} files are loaded`,
      ...broken.slice(0, 1).map((error) => `${broken.length} of them may hide it: ${error.message}`),
    ]
    return new LightrunError(
      'file_not_found',
      `no loaded file matches ${wanted}; the action is placed as soon as one loads. ${hints.join('; ')}`,
      { details: { candidates: similar.slice(0, MAX_LISTED) } },
    )
  }

  return {
    async resolve(position) {
      const wanted = normalizePath(position.file)
      const found = await findMatches(wanted)
      const file = choose(found, wanted)
      const places: SourcePlace[] = []
      for (const match of found) {
        if (match.file === file) places.push(...(await sourcePlaces(match, reader)))
      }
      return atLine(places, { ...position, file })
    },

    async original({ file: path, line, column, exact }) {
      const script = scripts.get(path)
      const map = script?.status === 'woven' ? (await reader.read(script).catch(() => undefined))?.map : undefined
      const found = map?.original(line - 1, column - 1)
      const file = found && map?.sources[found.source]
      const known = exact || script?.status !== 'woven'
      if (found === undefined || file === undefined) return known ? { file: path, line, column } : { file: path, line }
      return known ? { file, line: found.line, column: found.column } : { file, line: found.line }
    },
  }
}

/** One file: the one that was written in full, or the only one there is. */
function choose(matches: readonly Match[], wanted: string): string {
  const files = [...new Set(matches.map((match) => match.file))]
  const [only = wanted, ...others] = files
  if (others.length === 0) return only
  if (files.includes(wanted)) return wanted
  throw new LightrunError(
    'file_ambiguous',
    `${files.length} loaded files match ${wanted}; write more of the path: ${list(files)}`,
    { details: { candidates: files.slice(0, MAX_LISTED) } },
  )
}

async function sourcePlaces({ script, source }: Match, reader: ScriptReader): Promise<SourcePlace[]> {
  if (script.status === 'unwoven') {
    throw new LightrunError('file_not_woven', `${script.path} runs as it is, without probes: ${script.message}`, {
      details: { reason: script.reason },
    })
  }
  const text = await reader.read(script)
  const { map } = text
  const places: SourcePlace[] = []
  for (const site of text.woven().sites) {
    const { position, end } = site
    if (source === undefined || map === undefined) {
      places.push({
        place: { script, site },
        line: position.line + 1,
        column: position.column + 1,
        endLine: end.line + 1,
      })
      continue
    }
    const start = map.original(position.line, position.column)
    if (start?.source !== source) continue
    const last = map.original(end.line, Math.max(0, end.column - 1))
    const endLine = last?.source === source ? Math.max(start.line, last.line) : start.line
    places.push({ place: { script, site }, line: start.line, column: start.column, endLine })
  }
  return places
}

function atLine(places: readonly SourcePlace[], position: SourcePosition): Resolution {
  const found = placesAt(places, position.line, position.column)
  if (found.length > 0) return { places: found, position }
  const nearest = nearestLine(places, position.line)
  const advice = nearest === undefined ? 'the file has no statements' : `the nearest line with code is ${nearest}`
  throw new LightrunError('no_code_at_line', `no statement begins at ${position.file}:${position.line}; ${advice}`, {
    details: nearest === undefined ? {} : { nearestLine: nearest },
  })
}

/** A script that cannot be read again is passed over; its error is kept. */
function keepIn(broken: LightrunError[]) {
  return (error: unknown): undefined => {
    broken.push(LightrunError.from(error))
  }
}

const list = (paths: readonly string[]) =>
  paths.slice(0, MAX_LISTED).join(', ') + (paths.length > MAX_LISTED ? `, and ${paths.length - MAX_LISTED} more` : '')

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  const set = new Set(some)
  return all.filter((each) => !set.has(each))
}
