import { LightrunError } from '@lightrun/core'
import type { Site } from '@lightrun/instrument'
import { readScriptText } from '../load/script-text.ts'
import type { Script } from '../load/scripts.ts'
import { compareSource } from './compare-source.ts'
import { functionAt, identifierOffset, nameOffset } from './function-name.ts'
import { nearestLine, placesAt, type SourcePlace } from './line-table.ts'
import { createLineIndex, type LineIndex } from './map/line-index.ts'
import { findSources, type MapChain, originOf, readMapChain, type Trace, traceTo } from './map/map-chain.ts'
import { type ParsedScript, parseScript } from './parsed-script.ts'
import { normalizePath } from './path-match.ts'
import { renameVariables } from './rename-variables.ts'
import type { OriginalPlace, RunningPosition, ScriptReader } from './script-reader.ts'

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
    const key = script.status === 'woven' ? script.fingerprint : script.path
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
      const { text, lines } = loaded
      const { sites } = loaded.parsed()
      const { trace, content, isRenamed } = await tracing(script, loaded, file)
      const places = placesOf(sites, trace)
      const found = placesAt(places, wanted.line, wanted.column)
      const nameAt = (offset: number) => {
        const { line, column } = lines.position(identifierOffset(text, offset))
        return trace(line, column)?.name
      }
      return {
        statements: found.map((place) => {
          const site = { ...place }
          return { site, named: isRenamed ? renameVariables(site, nameAt) : site }
        }),
        nearestLine: found.length > 0 ? undefined : nearestLine(places, wanted.line),
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
  isRenamed: boolean
}

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
  if (isItself && !chain?.map.sources.includes(file)) return { trace: asIs, content: loaded.text, isRenamed: false }
  const traced = chain && (await traceTo(chain, file))
  if (traced === undefined) {
    throw new LightrunError('file_changed', `the map of ${script.path} does not name ${file} any more`)
  }
  return { ...traced, isRenamed: true }
}

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
  if (chain === undefined) return { file: script.path, line: at.line + 1, column: at.column + 1, function: undefined }
  const found = await originOf(chain, at.line, at.column)
  if (found === undefined) return { file: script.path, line: at.line + 1, column: at.column + 1, function: undefined }
  const { file, line, column } = found
  const place = { file, line: line + 1, column: column + 1 }
  const around = functionAt(functions, at)
  // V8 names some functions better than the text does; only the name that the text gives can be looked up.
  const offset = around?.name === running.function ? nameOffset(text, lines, around) : undefined
  if (offset === undefined) return { ...place, function: undefined }
  const named = lines.position(offset)
  return { ...place, function: (await originOf(chain, named.line, named.column))?.name }
}
