import { LightrunError } from '@lightrun/core'
import { normalizePath } from '../path-match.ts'
import { agrees } from './agreement.ts'
import { MappingsDecoder } from './decode-mappings.ts'
import { MAX_SECTION_DEPTH, MAX_SECTIONS, MAX_SOURCE_MAP_LENGTH, MAX_SOURCES } from './limits.ts'
import type { LineIndex } from './line-index.ts'
import { createSourceMap, type SourceMap } from './source-map.ts'
import { sourcePath } from './source-path.ts'

/** The text that a map describes. */
export interface GeneratedText {
  path: string
  text: string
  lines: LineIndex
}

/** A map that misses the script by more than this share of its places is another build's. */
const MAX_OUTSIDE_SHARE = 0.01

/**
 * Reads the JSON of a map, plain or indexed. The text may be anything: the work is bounded by its length and by `limits.ts`.
 *
 * @param mapPath of the file that holds the map
 * @throws LightrunError `source_map_invalid`, which says what is wrong and what to do.
 */
export function parseMap(text: string, mapPath: string, generated: GeneratedText): SourceMap {
  if (text.length > MAX_SOURCE_MAP_LENGTH) {
    throw invalid(`${mapPath} has ${text.length} characters; at most ${MAX_SOURCE_MAP_LENGTH} of a source map are read`)
  }
  const sources: string[] = []
  const contents: (string | undefined)[] = []
  const names: string[] = []
  const decoder = new MappingsDecoder(generated.lines.lengths)
  const nameOf = (source: unknown, root: string): string | undefined => {
    if (typeof source !== 'string') return undefined
    if (source !== '') return sourcePath(source, root, mapPath)
    // Relative to the text it is in: what Node compiles in memory runs under its source's path.
    return mapPath === generated.path ? normalizePath(generated.path) : undefined
  }
  try {
    // The ")]}'" line some servers put before JSON is part of the format's history.
    const json: unknown = JSON.parse(text.replace(/^\)\]\}'[^\n]*\n/, ''))
    for (const section of flatten(json)) {
      const { map } = section
      const ownSources = listOf(map.sources)
      const ownNames = listOf(map.names)
      const root = typeof map.sourceRoot === 'string' ? map.sourceRoot : ''
      if (sources.length + ownSources.length > MAX_SOURCES) throw new RangeError(`more than ${MAX_SOURCES} sources`)
      if (typeof map.mappings !== 'string') throw new TypeError('it has no mappings')
      decoder.add({
        ...section,
        text: map.mappings,
        firstSource: sources.length,
        sourceCount: ownSources.length,
        firstName: names.length,
        nameCount: ownNames.length,
      })
      const ownContents = listOf(map.sourcesContent)
      ownSources.forEach((source, index) => {
        sources.push(nameOf(source, root) ?? `unnamed source ${sources.length}`)
        const content = ownContents[index]
        contents.push(typeof content === 'string' ? content : undefined)
      })
      for (const name of ownNames) names.push(typeof name === 'string' ? name : '')
    }
  } catch (cause) {
    const what = cause instanceof Error ? `: ${cause.message.slice(0, 200)}` : ''
    throw invalid(`${mapPath} is not a source map${what}; build it again`, cause)
  }
  const mappings = decoder.finish()
  const inside = mappings.lines.at(-1) ?? 0
  if (mappings.outside > (inside + mappings.outside) * MAX_OUTSIDE_SHARE) {
    throw invalid(
      `${mapPath} belongs to another build: ${mappings.outside} of its ${inside + mappings.outside} places are not in ${generated.path}; deploy the map of the same build`,
    )
  }
  if (!agrees({ ...generated, contents, names, mappings })) {
    throw invalid(
      `${mapPath} belongs to another build: what stands at its places in ${generated.path} is not what its sources say; deploy the map of the same build`,
    )
  }
  return createSourceMap({ sources, contents, names, mappings })
}

interface Section {
  map: Record<string, unknown>
  line: number
  column: number
  untilLine: number
  untilColumn: number
}

/** The maps within a map, in the order of the script. */
function flatten(json: unknown): Section[] {
  const found: Section[] = []

  function visit(json: unknown, line: number, column: number, depth: number): void {
    if (typeof json !== 'object' || json === null) throw new TypeError('it is no object')
    const map = json as Record<string, unknown>
    if (map.sections === undefined) {
      if (found.length >= MAX_SECTIONS) throw new RangeError(`more than ${MAX_SECTIONS} sections`)
      found.push({ map, line, column, untilLine: Number.POSITIVE_INFINITY, untilColumn: 0 })
      return
    }
    if (depth >= MAX_SECTION_DEPTH) throw new RangeError(`sections nest more than ${MAX_SECTION_DEPTH} levels`)
    if (!Array.isArray(map.sections)) throw new TypeError('its sections are no list')
    for (const section of map.sections as unknown[]) {
      const { offset, map: inner } = (section ?? {}) as { offset?: { line?: unknown; column?: unknown }; map?: unknown }
      const by = { line: wholeNumber(offset?.line), column: wholeNumber(offset?.column) }
      // Columns are relative only on the section's own first line.
      visit(inner, line + by.line, by.line === 0 ? column + by.column : by.column, depth + 1)
    }
  }

  visit(json, 0, 0, 0)
  found.sort((a, b) => a.line - b.line || a.column - b.column)
  found.forEach((section, index) => {
    const next = found[index + 1]
    if (next === undefined) return
    section.untilLine = next.line
    section.untilColumn = next.column
  })
  return found
}

function wholeNumber(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new TypeError('a section has no offset')
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

function invalid(message: string, cause?: unknown): LightrunError {
  return new LightrunError('source_map_invalid', message, { cause })
}
