import { LightrunError } from '@lightrun/core'
import type { Script, Scripts } from '../load/scripts.ts'
import type { FindCompiled } from './compiled-scripts.ts'
import type { EarlierScripts } from './earlier-scripts.ts'
import { baseName, matchesPath, normalizePath, stem } from './path-match.ts'
import type { ScriptReader } from './script-reader.ts'

/** A file that matches what was written, in a script that holds its code. */
export interface Match {
  script: Script
  /** Normalized: the script itself, or one of the sources that its map names. */
  file: string
}

export interface MatchesOptions {
  scripts: Scripts
  reader: ScriptReader
  earlier: EarlierScripts
  compiled: FindCompiled
}

/** Candidates listed in an error. */
export const MAX_LISTED = 10
/** Scripts whose sources are remembered: an action that waits for its file asks again after every one that loads. */
const MAX_REMEMBERED = 20_000

/** Of these the maps are not read: hundreds are loaded before anything else. */
const isDependency = (path: string) => /[\\/]node_modules[\\/]/.test(path)

interface Search {
  matches: Match[]
  /** Why some scripts could not be searched. */
  broken: LightrunError[]
}

/**
 * Finds the files whose path ends with what was written, in all that is loaded.
 * @returns a function that throws LightrunError `file_not_found`, `file_not_woven`, `source_map_missing` or `source_map_invalid`
 */
export function createFindMatches({
  scripts,
  reader,
  earlier,
  compiled,
}: MatchesOptions): (wanted: string) => Promise<Match[]> {
  const remembered = new Map<string, readonly string[]>()

  async function sourcesOf(script: Script): Promise<readonly string[]> {
    if (script.status === 'unwoven') return reader.sources(script)
    const known = remembered.get(script.fingerprint)
    if (known !== undefined) return known
    const sources = await reader.sources(script)
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(script.fingerprint, sources)
    return sources
  }

  async function search(
    candidates: readonly Script[],
    filesOf: (script: Script) => Promise<readonly string[]>,
  ): Promise<Search> {
    const matches: Match[] = []
    const broken: LightrunError[] = []
    for (const script of candidates) {
      try {
        for (const file of await filesOf(script)) matches.push({ script, file })
      } catch (error) {
        broken.push(LightrunError.from(error))
      }
    }
    return { matches, broken }
  }

  return async (wanted) => {
    const named = async (script: Script) => {
      const path = normalizePath(script.path)
      if (matchesPath(path, wanted)) return [path]
      return (await sourcesOf(script)).filter((file) => matchesPath(file, wanted))
    }
    const all = [...scripts.all()]
    const likely = all.filter(({ path }) => stem(normalizePath(path)) === stem(wanted))
    const first = await search(likely, named)
    if (first.matches.length > 0) return first.matches
    // The one script that shares the name has a broken map: the file is most likely the one behind it.
    const [broken] = first.broken
    if (broken !== undefined) throw broken
    // A bundle's name says nothing of what is in it: only now are all the maps read.
    const rest = await search(without(all, likely), named)
    if (rest.matches.length > 0) return rest.matches
    const excluded = [...scripts.excluded()].filter(({ path }) => matchesPath(normalizePath(path), wanted))
    if (excluded.length > 0) return excluded.map((script) => ({ script, file: normalizePath(script.path) }))
    const behind = await search(all, (script) => reader.sourcesBehind(script, wanted))
    if (behind.matches.length > 0) return behind.matches
    const missed = await searchEarlier(wanted, named)
    if (missed.length > 0) return missed
    const outside = await search(await compiled(wanted), named)
    if (outside.matches.length > 0) return outside.matches
    throw await notFound(wanted, all, rest.broken)
  }

  async function searchEarlier(
    wanted: string,
    named: (script: Script) => Promise<readonly string[]>,
  ): Promise<Match[]> {
    for (const some of [earlier.required, earlier.all]) {
      const scripts = await some()
      const own = scripts.filter(({ path }) => !isDependency(path) || matchesPath(normalizePath(path), wanted))
      const { matches } = await search(own, named)
      if (matches.length > 0) return matches
    }
    return []
  }

  async function notFound(wanted: string, all: readonly Script[], broken: readonly LightrunError[]) {
    const similar = new Set<string>()
    const mapless: string[] = []
    const name = baseName(wanted)
    for (const script of all) {
      const path = normalizePath(script.path)
      const sources = await sourcesOf(script).catch(() => undefined)
      for (const file of [path, ...(sources ?? [])]) if (baseName(file) === name) similar.add(file)
      if (sources?.length === 0 && stem(path) === stem(wanted) && baseName(path) !== name) mapless.push(path)
    }
    // Of `cart.ts` nothing is known, and `cart.js` does not say where it comes from.
    if (similar.size === 0 && mapless.length > 0) {
      return new LightrunError(
        'source_map_missing',
        `no loaded file matches ${wanted}, and ${list(mapless)} may be made of it, but has no source map; deploy the .map file and its sourceMappingURL comment, or give the file and the line that run`,
        { details: { generated: mapless.slice(0, MAX_LISTED) } },
      )
    }
    const hints = [
      similar.size > 0 ? `loaded files of that name: ${list([...similar])}` : `files loaded: ${scripts.size}`,
      ...broken.slice(0, 1).map((error) => `${broken.length} of them may hide it: ${error.message}`),
    ]
    return new LightrunError(
      'file_not_found',
      `no loaded file matches ${wanted}; the action is placed as soon as one loads. ${hints.join('; ')}`,
      { details: { candidates: [...similar].slice(0, MAX_LISTED) } },
    )
  }
}

export const list = (paths: readonly string[]) =>
  paths.slice(0, MAX_LISTED).join(', ') + (paths.length > MAX_LISTED ? `, and ${paths.length - MAX_LISTED} more` : '')

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  const set = new Set(some)
  return all.filter((each) => !set.has(each))
}
