import type { Insertion, ScriptPosition } from './contract.ts'

/**
 * Where a position of the woven text was in the source: what V8 says of a stack frame, turned back. Inside inserted
 * text it is the position that the text stands in front of.
 *
 * @param insertions of the `Woven` that the text is from
 * @param position 0-based, in the woven text; V8's call sites count from 1
 */
export function originalPosition(insertions: readonly Insertion[], position: ScriptPosition): ScriptPosition {
  const { line, column } = position
  const last = insertions[countUpTo(insertions, position) - 1]
  if (last?.position.line !== line) return { line, column }
  return { line, column: Math.max(last.position.column, column - last.shift - last.length) }
}

/** Where a position of the source is in the woven text: after what was put in front of it. The inverse of `originalPosition`. */
export function wovenPosition(insertions: readonly Insertion[], { line, column }: ScriptPosition): ScriptPosition {
  const before = insertions.findLast(({ position }) => position.line === line && position.column <= column)
  return { line, column: column + (before === undefined ? 0 : before.shift + before.length) }
}

/** How many insertions begin at a position of the woven text or before it. */
function countUpTo(insertions: readonly Insertion[], { line, column }: ScriptPosition): number {
  let low = 0
  let high = insertions.length
  while (low < high) {
    const middle = (low + high) >> 1
    const { position, shift } = insertions[middle]!
    const before = position.line < line || (position.line === line && position.column + shift <= column)
    if (before) low = middle + 1
    else high = middle
  }
  return low
}
