import { dim, type Line, type Span, textOf } from './line.ts'
import { plain } from './plain.ts'
import { displayWidth, fit } from './width.ts'

export type Cell = string | Span

const GAP = '  '
/** A column is not narrowed below this: less shows nothing of its text. */
const MIN_COLUMN = 8

/**
 * Rows under a dimmed header, columns aligned. With `columns`, the widest columns are narrowed until a row fits;
 * without (a pipe), nothing is cut.
 */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[], columns?: number): Line[] {
  const cells = [header.map((title) => dim(title)), ...rows].map((row) => row.map(harmless))
  const widths = header.map((_, index) => Math.max(...cells.map((row) => displayWidth(textOf(row[index] ?? '')))))
  if (columns !== undefined) narrow(widths, columns)
  return cells.map((row) => lineOf(row, widths))
}

function lineOf(row: readonly Cell[], widths: readonly number[]): Line {
  const spans: Cell[] = []
  row.forEach((cell, index) => {
    const text = fit(textOf(cell), widths[index] ?? 0)
    spans.push(typeof cell === 'string' ? text : { ...cell, text })
    const isLast = index === row.length - 1
    if (!isLast) spans.push(' '.repeat((widths[index] ?? 0) - displayWidth(text)) + GAP)
  })
  return spans
}

function narrow(widths: number[], columns: number): void {
  const gaps = GAP.length * (widths.length - 1)
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width, gaps) - columns
    const widest = Math.max(...widths)
    if (excess <= 0 || widest <= MIN_COLUMN) return
    const index = widths.indexOf(widest)
    const next = Math.max(MIN_COLUMN, ...widths.filter((width) => width < widest))
    widths[index] = Math.max(next === widest ? widest - 1 : next, widest - excess, MIN_COLUMN)
    if (widths[index] === widest) widths[index] = widest - 1
  }
}

/** Widths are those of the text as it will be shown. */
function harmless(cell: Cell): Cell {
  return typeof cell === 'string' ? plain(cell) : { ...cell, text: plain(cell.text) }
}
