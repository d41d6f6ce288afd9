import type { ScriptPosition } from './contract.ts'

/** Turns offsets into positions. Lines end as in ECMA-262 §12.3: LF, CR, CRLF, U+2028, U+2029. */
export class LineIndex {
  readonly #starts: number[] = [0]

  constructor(source: string) {
    const terminator = /\r\n?|[\n\u2028\u2029]/g
    while (terminator.test(source)) this.#starts.push(terminator.lastIndex)
  }

  get lineCount(): number {
    return this.#starts.length
  }

  position(offset: number): ScriptPosition {
    const starts = this.#starts
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low, column: offset - starts[low]! }
  }
}
