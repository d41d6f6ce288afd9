import type { ScriptPosition } from '@lightrun/instrument'

/** Offsets and positions of a text, with lines as V8 and source maps count them. */
export interface LineIndex {
  /** UTF-16 units of each line, without its terminator. */
  readonly lengths: Int32Array
  position(offset: number): ScriptPosition
  offset(position: ScriptPosition): number
}

const TERMINATOR = /\r\n|[\n\r\u2028\u2029]/g

export function createLineIndex(text: string): LineIndex {
  const starts: number[] = [0]
  const lengths: number[] = []
  for (const { 0: terminator, index } of text.matchAll(TERMINATOR)) {
    lengths.push(index - starts[starts.length - 1]!)
    starts.push(index + terminator.length)
  }
  lengths.push(text.length - starts[starts.length - 1]!)

  return {
    lengths: Int32Array.from(lengths),
    position(offset) {
      let low = 0
      let high = starts.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (starts[middle]! <= offset) low = middle + 1
        else high = middle
      }
      return { line: low - 1, column: offset - starts[low - 1]! }
    },
    offset: ({ line, column }) => (starts[line] ?? text.length) + column,
  }
}
