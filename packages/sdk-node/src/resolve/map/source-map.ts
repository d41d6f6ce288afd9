import { declaredName } from './declared-name.ts'
import { COLUMN, FIELDS, type Mappings, NAME, SOURCE, SOURCE_COLUMN, SOURCE_LINE } from './decode-mappings.ts'
import { createLineIndex, type LineIndex } from './line-index.ts'

/** Which sources a generated text came from, and where. */
export interface SourceMap {
  /** Normalized absolute paths, or the URL a bundler made up. */
  readonly sources: readonly string[]
  /** The text of each source, where the map carries it. */
  readonly contents: readonly (string | undefined)[]
  /** What was written at a 0-based place of the generated text, or before it on its line. */
  original(line: number, column: number): OriginalPosition | undefined
}

export interface OriginalPosition {
  /** Index into `sources`. */
  source: number
  /** 0-based, as all positions in scripts. */
  line: number
  column: number
  /** The identifier's name in the source, if the source's text or the map tells it of exactly this place; worked out when read. */
  readonly name: string | undefined
  /** Whether the map knows this very place, and not only one before it. */
  exact: boolean
}

export interface SourceMapParts {
  sources: readonly string[]
  contents: readonly (string | undefined)[]
  names: readonly string[]
  mappings: Mappings
}

export function createSourceMap({ sources, contents, names, mappings }: SourceMapParts): SourceMap {
  const { lines, segments } = mappings
  const indexes = new Map<number, LineIndex>()

  /** What the source itself declares there is right where a map's names are missing or wrong. */
  function nameOf(source: number, line: number, column: number, told: string | undefined): string | undefined {
    const text = contents[source]
    if (text === undefined) return told
    const index = indexes.get(source) ?? createLineIndex(text)
    indexes.set(source, index)
    return column < (index.lengths[line] ?? 0) ? (declaredName(text, index.offset({ line, column })) ?? told) : told
  }

  /** The last segment of the line that begins at the column or before it; the first one of several at one column. */
  function find(line: number, column: number): number {
    const first = lines[line] ?? 0
    let low = first
    let high = lines[line + 1] ?? first
    while (low < high) {
      const middle = (low + high) >> 1
      if (segments[middle * FIELDS + COLUMN]! <= column) low = middle + 1
      else high = middle
    }
    let found = low - 1
    if (found < first) return -1
    const at = segments[found * FIELDS + COLUMN]
    while (found > first && segments[(found - 1) * FIELDS + COLUMN] === at) found--
    return found
  }

  return {
    sources,
    contents,
    original(line, column) {
      const found = find(line, column)
      if (found === -1) return undefined
      const at = found * FIELDS
      const source = segments[at + SOURCE]!
      if (source === -1) return undefined
      const exact = segments[at + COLUMN] === column
      const origin = { source, line: segments[at + SOURCE_LINE]!, column: segments[at + SOURCE_COLUMN]! }
      return {
        ...origin,
        exact,
        get name() {
          return exact ? nameOf(source, origin.line, origin.column, names[segments[at + NAME]!]) : undefined
        },
      }
    },
  }
}
