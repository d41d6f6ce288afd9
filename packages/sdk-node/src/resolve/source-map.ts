import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { AnyMap, originalPositionFor, type TraceMap } from '@jridgewell/trace-mapping'
import { LightrunError } from '@lightrun/core'
import { normalizePath } from './path-match.ts'

/** A map larger than this is not read: parsing takes about 10 ms a megabyte and several times its size in memory. */
export const MAX_SOURCE_MAP_BYTES = 64 * 1024 * 1024

/** Which source a generated script came from, and where. */
export interface SourceMap {
  /** Normalized absolute paths, or the URL a bundler made up. */
  sources: readonly string[]
  /** Generated 0-based line and column → index into `sources`, 1-based line and column. */
  original(line: number, column: number): OriginalPosition | undefined
}

export interface OriginalPosition {
  source: number
  line: number
  column: number
}

const COMMENT = /\/\/[#@][ \t]*sourceMappingURL=([^\s'"]+)[ \t]*$/gm
const DATA_URL = /^data:application\/json[^,]*?(;base64)?,(.*)$/s

/** What the script's `sourceMappingURL` comment says; the last one counts. `undefined` when there is none. */
export function sourceMapUrl(script: string): string | undefined {
  // A map that is missed here is looked for in vain; the comment stands at the end by convention.
  let url: string | undefined
  for (const match of script.matchAll(COMMENT)) url = match[1]
  return url
}

/**
 * Reads the map of a script; external and inline, plain and indexed.
 * @throws LightrunError `source_map_invalid`, which says whether to deploy, rebuild or drop the map.
 */
export async function readSourceMap(
  scriptPath: string,
  url: string,
  readText: (path: string) => Promise<string>,
): Promise<SourceMap> {
  const inline = DATA_URL.exec(url)
  const mapPath = inline ? scriptPath : locate(scriptPath, url)
  const text = inline ? decodeInline(inline) : await readMapFile(mapPath, scriptPath, readText)
  return parseSourceMap(text, mapPath)
}

function locate(scriptPath: string, url: string): string {
  try {
    return fileURLToPath(new URL(url, pathToFileURL(scriptPath)))
  } catch (cause) {
    throw invalid(
      `the map of ${scriptPath} is at ${url.slice(0, 200)}, which is not a file; deploy the map beside the script`,
      cause,
    )
  }
}

async function readMapFile(
  path: string,
  scriptPath: string,
  readText: (path: string) => Promise<string>,
): Promise<string> {
  try {
    return await readText(path)
  } catch (cause) {
    throw invalid(`${scriptPath} names the source map ${path}, which cannot be read; deploy it with the script`, cause)
  }
}

function decodeInline([, base64, body = '']: RegExpExecArray): string {
  return base64 === undefined ? decodeURIComponent(body) : Buffer.from(body, 'base64').toString('utf8')
}

export function parseSourceMap(text: string, mapPath: string): SourceMap {
  if (text.length > MAX_SOURCE_MAP_BYTES) {
    throw invalid(`${mapPath} has ${text.length} bytes; source maps over ${MAX_SOURCE_MAP_BYTES} are not read`)
  }
  let map: TraceMap
  try {
    // The ")]}'" line some servers put before JSON is part of the format's history.
    map = new AnyMap(text.replace(/^\)\]\}'[^\n]*\n/, ''))
  } catch (cause) {
    throw invalid(`${mapPath} is not a source map; build it again`, cause)
  }
  const sources = map.resolvedSources.map((source, index) => absolute(source || `unnamed source ${index}`, mapPath))
  const indexOf = new Map(map.resolvedSources.map((source, index) => [source, index]))
  return {
    sources,
    original(line, column) {
      const found = originalPositionFor(map, { line: line + 1, column })
      const source = found.source === null ? undefined : indexOf.get(found.source)
      if (source === undefined || found.line === null) return undefined
      return { source, line: found.line, column: found.column + 1 }
    },
  }
}

function absolute(source: string, mapPath: string): string {
  if (source.startsWith('file:')) return normalizePath(fileURLToPath(source))
  if (/^[a-z][a-z0-9+.-]+:/i.test(source)) return normalizePath(source)
  return normalizePath(resolve(dirname(mapPath), source))
}

function invalid(message: string, cause?: unknown): LightrunError {
  return new LightrunError('source_map_invalid', message, { cause })
}
