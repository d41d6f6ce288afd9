import { createHash } from 'node:crypto'
import { LightrunError } from '@lightrun/core'
import type { FunctionExit, Site, WovenFunction } from '@lightrun/instrument'
import { readScriptText } from '../load/script-text.ts'
import type { Script } from '../load/scripts.ts'
import { compareSource } from './compare-source.ts'
import { functionAt, identifierOffset, nameOffset } from './function-name.ts'
import { functionsAt, type SourceFunction } from './function-table.ts'
import { nearestLine, placesAt, type SourcePlace } from './line-table.ts'
import { createLineIndex, type LineIndex } from './map/line-index.ts'
import { findSources, type MapChain, originOf, readMapChain, type Trace, traceTo } from './map/map-chain.ts'
import { type LeftSite, type ParsedScript, parseScript } from './parsed-script.ts'
import { normalizePath } from './path-match.ts'
import { renameVariables } from './rename-variables.ts'
import type { LocatedExit, LocatedStatement, OriginalPlace, RunningPosition, ScriptReader } from './script-reader.ts'

export interface ScriptReaderOptions {
  /** @throws what is wrong with the file. */
  readText: (path: string) => Promise<string>
  /** Characters of one source map that are read. */
  maxMapLength: number
}

/** Scripts kept parsed: a developer asks about a few files at a time. */
export const MAX_PARSED_SCRIPTS = 8

/** A script that was read, and what was worked out of it so far. */
interface ReadScript {
  text: string
  lines: LineIndex
  /** Settles with the fault of a broken map: the script's own lines need none. */
  chain(): Promise<MapChain | undefined>
  parsed(): ParsedScript
}

/** Reads on this thread; keeps the last few scripts. */
export function createScriptReader({ readText, maxMapLength }: ScriptReaderOptions): ScriptReader {
  const recent = new Map<string, Promise<ReadScript>>()

  async function load(script: Script): Promise<ReadScript> {
    const text = await readLoaded(script, readText)
    const lines = createLineIndex(text)
    let chain: Promise<MapChain | undefined> | undefined
    let parsed: ParsedScript | undefined
    return {
      text,
      lines,
      chain() {
        chain ??= readMapChain({ path: script.path, text, lines }, { readText, maxLength: maxMapLength })
        // A failure is not kept: the missing map may be deployed a minute later.
        chain.catch(() => {
          chain = undefined
        })
        return chain
      },
      parsed() {
        parsed ??= parseScript(script, text)
        return parsed
      },
    }
  }

  function read(script: Script): Promise<ReadScript> {
    const key = identityOf(script)
    const reading = recent.get(key) ?? load(script)
    recent.delete(key)
    recent.set(key, reading)
    reading.catch(() => recent.delete(key))
    const [oldest] = recent.keys()
    if (recent.size > MAX_PARSED_SCRIPTS && oldest !== undefined) recent.delete(oldest)
    return reading
  }

  return {
    async sources(script) {
      const chain = await (await read(script)).chain()
      return chain === undefined ? [] : [...new Set(chain.map.sources)]
    },

    async sourcesBehind(script, wanted) {
      const chain = await (await read(script)).chain()
      return chain === undefined ? [] : findSources(chain, wanted)
    },

    async locate(script, file, wanted) {
      const loaded = await read(script)
      const { sites, left } = loaded.parsed()
      const { trace, content, nameAt } = await tracing(script, loaded, file)
      const places = placesOf(sites, trace)
      const found = placesAt(places, wanted.line, wanted.column)
      return {
        statements: found.map((site) => statementOf(site, nameAt, left.get(site))),
        nearestLine: found.length > 0 ? undefined : nearestLine(places, wanted.line),
        comparison: compareSource(content, wanted),
      }
    },

    async locateFunction(script, file, wanted) {
      const loaded = await read(script)
      const { trace, content, nameAt } = await tracing(script, loaded, file)
      const found = functionsAt(functionsIn(loaded.parsed().wovenFunctions, trace), wanted.line, wanted.column)
      const toStatement = (site: Site) => statementOf(site, nameAt)
      const toExits = (exits: readonly FunctionExit[], wanted: FunctionExit['kind']): LocatedExit[] =>
        exits
          .filter(({ kind }) => kind === wanted)
          .map(({ site, outcome }) => {
            const before = statementAt(loaded.parsed().sites, site)
            return { ...toStatement(site), outcome, before: before && toStatement(before) }
          })
      return {
        functions: found.map(({ entry, exits, leave, ...fn }) => ({
          name: fn.name,
          isAsync: fn.async,
          isGenerator: fn.generator,
          entry: toStatement(entry),
          returns: toExits(exits, 'return'),
          throws: toExits(exits, 'throw'),
          leave: leave && toStatement(leave),
          hasUnseenReturns: fn.unseenReturns,
        })),
        comparison: compareSource(content, wanted),
      }
    },

    async originals(script, positions) {
      try {
        const loaded = await read(script)
        // The frame's own line and column are told even if the map is broken.
        const chain = await loaded.chain().catch(() => undefined)
        return await Promise.all(positions.map((position) => originalPlace(script, loaded, chain, position)))
      } catch {
        return positions.map(() => undefined)
      }
    },
  }
}

/** Two scripts of one text are the same; of a script that was compiled in memory, path and text say which it is. */
function identityOf(script: Script): string {
  if (script.status === 'woven') return script.fingerprint
  if (script.text?.from !== 'memory') return script.path
  return `${script.path} ${createHash('sha256').update(script.text.deflated).digest('hex')}`
}

async function readLoaded(script: Script, readText: ScriptReaderOptions['readText']): Promise<string> {
  try {
    return await readScriptText(script, readText)
  } catch (cause) {
    throw new LightrunError(
      'file_changed',
      `${script.path} was loaded, but cannot be read any more; restart the process`,
      { cause },
    )
  }
}

interface Tracing {
  trace: Trace
  /** The file's text, where it is known. */
  content: string | undefined
  /** What was written at an offset of the script, where that may be another name. */
  nameAt: NameAt | undefined
}

type NameAt = (offset: number) => string | undefined

const asIs: Trace = (line, column) => ({ line, column, name: undefined, exact: true })

/** How places of a script become places of a file: the script itself, or one of its sources. */
async function tracing(script: Script, loaded: ReadScript, file: string): Promise<Tracing> {
  const isItself = file === normalizePath(script.path)
  // A map's fault matters only to who asks for what is behind it.
  const chain = await loaded.chain().catch((error: unknown) => {
    if (isItself) return undefined
    throw error
  })
  // What a tool compiled in memory runs under the path of its source.
  if (isItself && !chain?.map.sources.includes(file)) return { trace: asIs, content: loaded.text, nameAt: undefined }
  const traced = chain && (await traceTo(chain, file))
  if (traced === undefined) {
    throw new LightrunError('file_changed', `the map of ${script.path} does not name ${file} any more`)
  }
  const { text, lines } = loaded
  const nameAt = (offset: number) => {
    const { line, column } = lines.position(identifierOffset(text, offset))
    return traced.trace(line, column)?.name
  }
  return { ...traced, nameAt }
}

/** Plain data: the site of a surveyed text works out its variables when asked. */
function statementOf(found: Site, nameAt: NameAt | undefined, left?: LeftSite): LocatedStatement {
  const written = { ...found }
  const named = nameAt === undefined ? written : renameVariables(written, nameAt)
  return left === undefined ? { site: written, named } : { site: { ...left.running }, named, unprobed: left.reason }
}

/** The statement that an exit belongs to: it begins where that begins. A body that just ends belongs to none. */
function statementAt(sites: readonly Site[], { function: of, position: { line, column } }: Site): Site | undefined {
  return sites.find(
    ({ function: owner, position }) => owner === of && position.line === line && position.column === column,
  )
}

/** A function without statements has nothing that a call passes. */
type PassedFunction = WovenFunction & { entry: Site }

function functionsIn(functions: readonly WovenFunction[], trace: Trace): SourceFunction<PassedFunction>[] {
  return functions.filter(isPassed).flatMap((fn) => {
    const start = fn.kind === 'module' ? undefined : trace(fn.start.line, fn.start.column)
    if (start === undefined) return []
    const last = trace(fn.end.line, Math.max(0, fn.end.column - 1))
    const endLine = Math.max(start.line, last?.line ?? 0) + 1
    return [{ fn, line: start.line + 1, column: start.column + 1, endLine }]
  })
}

const isPassed = (fn: WovenFunction): fn is PassedFunction => fn.entry !== undefined

function placesOf(sites: readonly Site[], trace: Trace): SourcePlace<Site>[] {
  const places: SourcePlace<Site>[] = []
  for (const site of sites) {
    const start = trace(site.position.line, site.position.column)
    if (start === undefined) continue
    const last = trace(site.end.line, Math.max(0, site.end.column - 1))
    places.push({
      site,
      line: start.line + 1,
      column: start.column + 1,
      endLine: Math.max(start.line, last?.line ?? 0) + 1,
      exact: start.exact,
    })
  }
  return places
}

async function originalPlace(
  script: Script,
  { text, lines, parsed }: ReadScript,
  chain: MapChain | undefined,
  running: RunningPosition,
): Promise<OriginalPlace> {
  const { functions, unwoven } = parsed()
  const at = running.exact ? running : unwoven(running)
  const isPreliminary = chain === undefined
  const found = chain && (await originOf(chain, at.line, at.column))
  const { file, line, column } = found ?? { file: script.path, ...at }
  const place = { file, line: line + 1, column: column + 1, isPreliminary }
  if (chain === undefined || found === undefined) return { ...place, function: undefined }
  const around = functionAt(functions, at)
  // V8 names some functions better than the text does; only the name that the text gives can be looked up.
  const offset = around?.name === running.function ? nameOffset(text, lines, around) : undefined
  if (offset === undefined) return { ...place, function: undefined }
  const named = lines.position(offset)
  return { ...place, function: (await originOf(chain, named.line, named.column))?.name }
}
