/** A function with its extent in the source. 1-based lines and columns. */
export interface SourceFunction<F> {
  fn: F
  line: number
  column: number
  endLine: number
}

/**
 * The innermost function that the line is in, or that begins there and goes on below: a callback within the line is not
 * what the line is about, unless a column says so; of functions that are all on the line, the outermost is. Compiled or bundled twice, the same function
 * has several copies.
 */
export function functionsAt<F>(functions: readonly SourceFunction<F>[], line: number, column?: number): F[] {
  const around = functions.filter((each) => each.line <= line && line <= each.endLine)
  const large = around.filter((each) => each.line < line || line < each.endLine)
  const reachable = column === undefined ? [] : around.filter((each) => each.line < line || each.column <= column)
  const candidates = [reachable, large, around].find((some) => some.length > 0) ?? []
  const startLine = Math.max(...candidates.map((each) => each.line))
  const last = candidates.filter((each) => each.line === startLine)
  const columns = last.map((each) => each.column)
  const startColumn = candidates === around ? Math.min(...columns) : Math.max(...columns)
  return last.filter((each) => each.column === startColumn).map((each) => each.fn)
}
