import { posix } from 'node:path'
import { LightrunError } from '@lightrun/core'
import { matchesPath, normalizePath, stem } from '../path-match.ts'
import { MAX_MAP_CHAIN } from './limits.ts'
import { createLineIndex } from './line-index.ts'
import { inlineMap, locateMap, sourceMapUrl } from './map-url.ts'
import { type GeneratedText, parseMap } from './parse-map.ts'
import type { OriginalPosition, SourceMap } from './source-map.ts'

/**
 * The map of a script and those of its sources: a bundle may be made of what tsc wrote, and that has maps of its own. The
 * inner ones are read when somebody asks for what only they can tell.
 */
export interface MapChain {
  readonly map: SourceMap
  /** The chain of one of the map's sources, `undefined` where the source is what a person wrote, or its map is broken. */
  inner(source: number): Promise<MapChain | undefined>
}

export interface MapChainOptions {
  /** @throws what is wrong with the file. */
  readText: (path: string) => Promise<string>
  /** Characters of a map that are read at all. */
  maxLength: number
}

/** Inner maps that are read for one search: a bundle of a large application has some hundreds of compiled files. */
export const MAX_INNER_MAPS = 1_000
/** What a compiler may have written. */
const COMPILED = /\.[cm]?jsx?$/

/**
 * The map that a script names, `undefined` when it names none.
 * @throws LightrunError `source_map_invalid`, which says whether to deploy, rebuild or drop the map.
 */
export function readMapChain(generated: GeneratedText, options: MapChainOptions): Promise<MapChain | undefined> {
  return readLink(generated, options, [])
}

async function readLink(
  generated: GeneratedText,
  options: MapChainOptions,
  outer: readonly string[],
): Promise<MapChain | undefined> {
  const url = sourceMapUrl(generated.text)
  if (url === undefined) return undefined
  const { json, mapPath } = await readMap(generated.path, url, options)
  // Written over the map of what it was made from: that one is gone, and this one does not describe it.
  if (outer.includes(mapPath)) return undefined
  const map = parseMap(json, mapPath, generated)
  const links = [...outer, mapPath]
  const inners = new Map<number, Promise<MapChain | undefined>>()

  async function readInner(source: number): Promise<MapChain | undefined> {
    const path = map.sources[source]
    if (path === undefined || links.length >= MAX_MAP_CHAIN || !COMPILED.test(path)) return undefined
    const content = map.contents[source]
    // The source was written over by what was made from it.
    if (content === undefined && path === normalizePath(generated.path)) return undefined
    for (const place of placesOf(path, mapPath)) {
      try {
        const text = content ?? (await options.readText(place))
        return await readLink({ path: place, text, lines: createLineIndex(text) }, options, links)
      } catch {
        // The source itself is still known; what is missing is only what lies behind it.
      }
    }
    return undefined
  }

  return {
    map,
    inner(source) {
      const known = inners.get(source) ?? readInner(source)
      inners.set(source, known)
      return known
    },
  }
}

/** Folders above a bundle in which its sources are looked for: `dist/server/main.js` of `packages/shop`. */
const MAX_FOLDERS_UP = 5

/** A bundler's URL names a path below the folder it ran in, which is one of those around what it wrote. */
function placesOf(path: string, mapPath: string): string[] {
  const below = /^[a-z][a-z0-9+.-]+:\/\/[^/]*\/(.*)$/i.exec(path)?.[1]
  if (below === undefined) return [path]
  const places: string[] = []
  let folder = posix.dirname(normalizePath(mapPath))
  for (let up = 0; up < MAX_FOLDERS_UP; up++) {
    places.push(posix.join(folder, below))
    const above = posix.dirname(folder)
    if (above === folder) break
    folder = above
  }
  return places
}

async function readMap(
  path: string,
  url: string,
  { readText, maxLength }: MapChainOptions,
): Promise<{ json: string; mapPath: string }> {
  let json: string | undefined
  let mapPath = path
  try {
    json = inlineMap(url)
    if (json === undefined) mapPath = locateMap(path, url)
  } catch (cause) {
    throw new LightrunError(
      'source_map_invalid',
      `the map of ${path} is at ${url.slice(0, 200)}, which is not a file; deploy the map beside the script`,
      { cause },
    )
  }
  try {
    json ??= await readText(mapPath)
  } catch (cause) {
    throw new LightrunError(
      'source_map_invalid',
      `${path} names the source map ${mapPath}, which cannot be read; deploy it with the script`,
      { cause },
    )
  }
  if (json.length <= maxLength) return { json, mapPath }
  throw new LightrunError(
    'source_map_invalid',
    `${mapPath} has ${json.length} characters; at most ${maxLength} of a source map are read here`,
  )
}

/** Tells where a place of the script (0-based) was in one source file; `undefined` for what came from elsewhere. */
export type Trace = (line: number, column: number) => Traced | undefined

export type Traced = Omit<OriginalPosition, 'source'>

/** Source files whose path ends as wanted: those of the script's own map, else those behind them. */
export async function findSources(chain: MapChain, wanted: string): Promise<string[]> {
  const found = chain.map.sources.filter((path) => matchesPath(path, wanted))
  if (found.length > 0) return [...new Set(found)]
  const behind = new Set<string>()
  for await (const [, inner] of innerChains(chain, wanted)) {
    for (const path of await findSources(inner, wanted)) behind.add(path)
  }
  return [...behind]
}

/** How to get to a file that `findSources` found, with its text where a map carries it. */
export async function traceTo(
  chain: MapChain,
  file: string,
): Promise<{ trace: Trace; content: string | undefined } | undefined> {
  const { map } = chain
  const direct = new Set(map.sources.flatMap((path, source) => (path === file ? [source] : [])))
  if (direct.size > 0) {
    const [content] = [...direct].flatMap((source) => map.contents[source] ?? [])
    const trace: Trace = (line, column) => {
      const found = map.original(line, column)
      return found !== undefined && direct.has(found.source) ? found : undefined
    }
    return { trace, content }
  }
  const inners = new Map<number, Trace>()
  let content: string | undefined
  for await (const [source, inner] of innerChains(chain, file)) {
    const behind = await traceTo(inner, file)
    if (behind === undefined) continue
    inners.set(source, behind.trace)
    content ??= behind.content
  }
  if (inners.size === 0) return undefined
  const trace: Trace = (line, column) => {
    const outer = map.original(line, column)
    const behind = outer && inners.get(outer.source)?.(outer.line, outer.column)
    return behind && { ...behind, name: behind.name ?? outer.name, exact: behind.exact && outer.exact }
  }
  return { trace, content }
}

/** A place in what a person wrote, as far back as the maps go. */
export interface Origin {
  file: string
  /** 0-based. */
  line: number
  column: number
  /** The name there, as far back as the maps tell it. */
  name: string | undefined
}

export async function originOf(chain: MapChain, line: number, column: number): Promise<Origin | undefined> {
  const found = chain.map.original(line, column)
  if (found === undefined) return undefined
  const behind = await chain.inner(found.source).then((inner) => inner && originOf(inner, found.line, found.column))
  if (behind !== undefined) return { ...behind, name: behind.name ?? found.name }
  return { file: chain.map.sources[found.source]!, line: found.line, column: found.column, name: found.name }
}

/** Inner chains, those first whose source shares its name with the wanted file. Ends there if one of them exists. */
async function* innerChains(chain: MapChain, wanted: string): AsyncGenerator<[number, MapChain]> {
  const sources = chain.map.sources.map((_, source) => source)
  const isLikely = (source: number) => stem(chain.map.sources[source]!) === stem(wanted)
  let read = 0
  for (const some of [sources.filter(isLikely), sources.filter((source) => !isLikely(source))]) {
    let found = 0
    for (const source of some) {
      if (read >= MAX_INNER_MAPS) return
      const inner = await chain.inner(source)
      if (inner === undefined) continue
      read++
      found++
      yield [source, inner]
    }
    if (found > 0) return
  }
}
