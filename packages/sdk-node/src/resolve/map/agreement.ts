import { COLUMN, FIELDS, type Mappings, NAME, SOURCE, SOURCE_COLUMN, SOURCE_LINE } from './decode-mappings.ts'
import { createLineIndex, type LineIndex } from './line-index.ts'

/** Sources that are looked at, and places in all: enough to tell, and a few milliseconds. */
const MAX_LOOKED_AT = 8
const MAX_SAMPLES = 500
/** Fewer comparisons say nothing. */
const MIN_COMPARISONS = 20
/** The right map agrees at 60 % of the places or more, whatever the compiler; a map of another build, at 5 % or so. */
const MIN_AGREEMENT = 0.25

const IDENTIFIER = /[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*/uy

export interface MappedTexts {
  text: string
  lines: LineIndex
  contents: readonly (string | undefined)[]
  names: readonly string[]
  mappings: Mappings
}

/**
 * Whether a map seems to be of this text: whether what stands at its places is called the same in the sources. A map of
 * another build fits the text's extent by chance and would put probes on wrong lines. Without the sources' texts: no doubt.
 */
export function agrees({ text, lines, contents, names, mappings }: MappedTexts): boolean {
  const sources = lookedAt(contents)
  if (sources.size === 0) return true
  const { segments } = mappings
  const step = Math.max(1, Math.floor(segments.length / FIELDS / (MAX_SAMPLES * 4)))
  let compared = 0
  let same = 0
  for (let line = 0; line + 1 < mappings.lines.length && compared < MAX_SAMPLES; line++) {
    const from = mappings.lines[line]!
    for (let i = from + ((step - (from % step)) % step); i < mappings.lines[line + 1]!; i += step) {
      const at = i * FIELDS
      const source = sources.get(segments[at + SOURCE]!)
      if (source === undefined) continue
      const written = identifierAt(
        source.text,
        source.lines,
        segments[at + SOURCE_LINE]!,
        segments[at + SOURCE_COLUMN]!,
      )
      const running = names[segments[at + NAME]!] ?? identifierAt(text, lines, line, segments[at + COLUMN]!)
      if (written === undefined || running === undefined) continue
      compared++
      if (written === running) same++
    }
  }
  return compared < MIN_COMPARISONS || same >= compared * MIN_AGREEMENT
}

function lookedAt(contents: readonly (string | undefined)[]): Map<number, { text: string; lines: LineIndex }> {
  const found = new Map<number, { text: string; lines: LineIndex }>()
  const step = Math.max(1, Math.floor(contents.length / MAX_LOOKED_AT))
  for (let index = 0; index < contents.length && found.size < MAX_LOOKED_AT; index += step) {
    const text = contents[index]
    if (text !== undefined) found.set(index, { text, lines: createLineIndex(text) })
  }
  return found
}

function identifierAt(text: string, lines: LineIndex, line: number, column: number): string | undefined {
  const length = lines.lengths[line]
  if (length === undefined || column >= length) return undefined
  IDENTIFIER.lastIndex = lines.offset({ line, column })
  return IDENTIFIER.exec(text)?.[0]
}
