import { MAX_SEGMENTS } from './limits.ts'

/** Numbers of one segment, in this order. All 0-based; -1 where a segment has none. */
export const COLUMN = 0
export const SOURCE = 1
export const SOURCE_LINE = 2
export const SOURCE_COLUMN = 3
export const NAME = 4
export const FIELDS = 5

/** A map's mappings, decoded: sorted by generated line and column. */
export interface Mappings {
  /** `lines[n]` is the first segment of generated line n, `lines[n + 1]` the first one after it. */
  readonly lines: Int32Array
  /** `FIELDS` numbers a segment. */
  readonly segments: Int32Array
  /** Segments that point outside the script, or to a negative place: more than a few, and the map is another script's. */
  readonly outside: number
}

/** One part of a map, and where in the script it begins and ends (exclusive). */
export interface MappingsPart {
  /** The format's text: base64 VLQ. */
  text: string
  line: number
  column: number
  untilLine: number
  untilColumn: number
  /** Added to the part's indexes; what is not below the counts is dropped. */
  firstSource: number
  sourceCount: number
  firstName: number
  nameCount: number
}

/** Decodes mappings in one pass and in bounded memory, whatever the text says. */
export class MappingsDecoder {
  readonly #lineLengths: ArrayLike<number>
  readonly #lines: Int32Array
  #segments = new Int32Array(1024 * FIELDS)
  #count = 0
  #outside = 0
  /** The line of the last segment; starts of the lines up to it are known. */
  #line = 0

  /** @param lineLengths of the script: what lies outside is counted, not kept */
  constructor(lineLengths: ArrayLike<number>) {
    this.#lineLengths = lineLengths
    this.#lines = new Int32Array(lineLengths.length + 1)
  }

  /** Parts come in the order of the script. @throws RangeError what is wrong with the text. */
  add(part: MappingsPart): void {
    const { text } = part
    const cursor = { at: 0 }
    let line = part.line
    let column = part.column
    let source = 0
    let sourceLine = 0
    let sourceColumn = 0
    let name = 0
    while (cursor.at < text.length) {
      const code = text.charCodeAt(cursor.at)
      if (code === SEMICOLON) {
        cursor.at++
        line++
        column = 0
        continue
      }
      if (code === COMMA) {
        cursor.at++
        continue
      }
      column += readNumber(text, cursor)
      const isMapped = !isAtEnd(text, cursor.at)
      if (isMapped) {
        source += readNumber(text, cursor)
        sourceLine += readNumber(text, cursor)
        sourceColumn += readNumber(text, cursor)
      }
      const isNamed = isMapped && !isAtEnd(text, cursor.at)
      if (isNamed) name += readNumber(text, cursor)
      if (!isAtEnd(text, cursor.at)) throw new RangeError(`a segment of six numbers at character ${cursor.at}`)
      // A section ends where the next one begins, whatever its own mappings say.
      if (line > part.untilLine || (line === part.untilLine && column >= part.untilColumn)) continue
      if (!this.#isInside(line, column) || (isMapped && !isPlace(source, part.sourceCount, sourceLine, sourceColumn))) {
        this.#outside++
        continue
      }
      const at = this.#append(line)
      const segments = this.#segments
      segments[at + COLUMN] = column
      segments[at + SOURCE] = isMapped ? part.firstSource + source : -1
      segments[at + SOURCE_LINE] = sourceLine
      segments[at + SOURCE_COLUMN] = sourceColumn
      segments[at + NAME] = isNamed && name >= 0 && name < part.nameCount ? part.firstName + name : -1
    }
  }

  finish(): Mappings {
    this.#startLinesUpTo(this.#lines.length - 1)
    const segments = this.#segments.slice(0, this.#count * FIELDS)
    for (let line = 0; line < this.#lines.length - 1; line++) {
      sortLine(segments, this.#lines[line]!, this.#lines[line + 1]!)
    }
    return { lines: this.#lines, segments, outside: this.#outside }
  }

  #isInside(line: number, column: number): boolean {
    const length = this.#lineLengths[line]
    return length !== undefined && column >= 0 && column <= length
  }

  /** Makes room for a segment and says where. */
  #append(line: number): number {
    if (this.#count >= MAX_SEGMENTS) throw new RangeError(`more than ${MAX_SEGMENTS} segments`)
    this.#startLinesUpTo(line)
    const at = this.#count++ * FIELDS
    if (at + FIELDS > this.#segments.length) this.#grow()
    return at
  }

  #startLinesUpTo(line: number): void {
    while (this.#line < line) this.#lines[++this.#line] = this.#count
  }

  #grow(): void {
    const larger = new Int32Array(this.#segments.length * 2)
    larger.set(this.#segments)
    this.#segments = larger
  }
}

const MAX_INT = 0x7f_ff_ff_ff

function isPlace(source: number, sourceCount: number, line: number, column: number): boolean {
  return source >= 0 && source < sourceCount && line >= 0 && line <= MAX_INT && column >= 0 && column <= MAX_INT
}

const COMMA = 44
const SEMICOLON = 59
const INVALID = 64
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Uint8Array(128).fill(INVALID)
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value

function isAtEnd(text: string, at: number): boolean {
  if (at >= text.length) return true
  const code = text.charCodeAt(at)
  return code === COMMA || code === SEMICOLON
}

/** One base64 VLQ: five bits a digit, the sixth says that more follow; the lowest bit of all is the sign. */
function readNumber(text: string, cursor: { at: number }): number {
  let value = 0
  let shift = 0
  for (;;) {
    // Past the end, charCodeAt is NaN, and there is no such value.
    const digit = VALUES[text.charCodeAt(cursor.at)] ?? INVALID
    if (digit === INVALID) throw new RangeError(`no number at character ${cursor.at}`)
    cursor.at++
    // 32 bits and a sign: the most the format allows.
    if (shift > 30) throw new RangeError(`a number of more than 32 bits at character ${cursor.at}`)
    value += (digit & 31) * 2 ** shift
    shift += 5
    if ((digit & 32) === 0) break
  }
  const magnitude = Math.floor(value / 2)
  return value % 2 === 1 ? -magnitude : magnitude
}

/** By column, as almost all tools write them; those that do not are put right. Stable. */
function sortLine(segments: Int32Array, from: number, to: number): void {
  let sorted = true
  for (let i = from + 1; i < to && sorted; i++) {
    sorted = segments[(i - 1) * FIELDS + COLUMN]! <= segments[i * FIELDS + COLUMN]!
  }
  if (sorted) return
  const order = Array.from({ length: to - from }, (_, i) => from + i)
  order.sort((a, b) => segments[a * FIELDS + COLUMN]! - segments[b * FIELDS + COLUMN]! || a - b)
  const copy = segments.slice(from * FIELDS, to * FIELDS)
  order.forEach((segment, i) => {
    const start = (segment - from) * FIELDS
    segments.set(copy.subarray(start, start + FIELDS), (from + i) * FIELDS)
  })
}
