/** A statement with its position in the source. 1-based, like everything people type. */
export interface SourcePlace<S> {
  site: S
  line: number
  column: number
  /** Last source line the statement covers. */
  endLine: number
  /** Whether the map knows this very statement; not only what stands before it on the generated line. */
  exact: boolean
}

/**
 * The statements of one line: those that begin first on it. Compiled or bundled twice, the same statement has several;
 * other statements of the line are reached with a column.
 */
export function placesAt<S>(places: readonly SourcePlace<S>[], line: number, column?: number): S[] {
  const onLine = exactIfAny(places.filter((each) => each.line === line))
  const reachable = column === undefined ? [] : onLine.filter((each) => each.column <= column)
  const start =
    reachable.length > 0
      ? Math.max(...reachable.map((each) => each.column))
      : Math.min(...onLine.map((each) => each.column))
  return onLine.filter((each) => each.column === start).map((each) => each.site)
}

/** A statement that a compiler added has no place of its own, and seems to be where the one before it is. */
function exactIfAny<S>(places: SourcePlace<S>[]): SourcePlace<S>[] {
  const exact = places.filter((each) => each.exact)
  return exact.length > 0 ? exact : places
}

/** Where to go instead: the start of the innermost statement around the line, else the next statement, else the last one. */
export function nearestLine(places: readonly SourcePlace<unknown>[], line: number): number | undefined {
  const around = places.filter((each) => each.line < line && line <= each.endLine)
  const below = places.filter((each) => each.line > line)
  if (around.length > 0) {
    const start = Math.max(...around.map((each) => each.line))
    // Inside a function or a block the next statement is closer in meaning than the block's head.
    const next = below.filter((each) => around.some((outer) => each.line <= outer.endLine))
    return next.length > 0 ? Math.min(...next.map((each) => each.line)) : start
  }
  if (below.length > 0) return Math.min(...below.map((each) => each.line))
  return places.length > 0 ? Math.max(...places.map((each) => each.line)) : undefined
}
