import type { SurveyedFunction } from '@lightrun/instrument'
import type { LineIndex } from './map/line-index.ts'

/** Characters before a function in which the name it is assigned to is looked for. */
const ASSIGNED_WITHIN = 200
const DECLARED = /^(?:async\s+)?function\b\s*\*?\s*(?=[\p{ID_Start}$_])/u
const CLASS = /^class\s+(?=[\p{ID_Start}$_])/u
const ASSIGNED = /([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*[=:]\s*$/u

/** The function whose text a place is in, innermost first. */
export function functionAt<F extends SurveyedFunction>(
  functions: readonly F[],
  { line, column }: { line: number; column: number },
): F | undefined {
  let found: F | undefined
  // In the order of their beginnings: the last one that is around the place is the innermost.
  for (const each of functions) {
    const begins = each.start.line < line || (each.start.line === line && each.start.column <= column)
    const ends = each.end.line < line || (each.end.line === line && each.end.column <= column)
    if (begins && !ends) found = each
  }
  return found
}

/** Offset of the name of a function or class that begins at an offset; of anything else, the same offset. */
export function identifierOffset(text: string, offset: number): number {
  const head = text.slice(offset, offset + ASSIGNED_WITHIN)
  const keyword = DECLARED.exec(head) ?? CLASS.exec(head)
  return offset + (keyword?.[0].length ?? 0)
}

/** Offset of the identifier that gave a function its name, in the running text. */
export function nameOffset(text: string, lines: LineIndex, { name, start }: SurveyedFunction): number | undefined {
  if (name === '') return undefined
  const from = lines.offset(start)
  const own = identifierOffset(text, from)
  if (own !== from && text.startsWith(name, own)) return own
  const before = text.slice(Math.max(0, from - ASSIGNED_WITHIN), from)
  const assigned = ASSIGNED.exec(before)
  return assigned?.[1] === name ? from - before.length + assigned.index : undefined
}
