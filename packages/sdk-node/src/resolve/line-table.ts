import type { Site } from '@lightrun/instrument'

/** A site with its place in the source. 1-based, like everything people type. */
export interface SourceSite {
  site: Site
  line: number
  column: number
  /** Last source line the statement covers. */
  endLine: number
}

/**
 * The sites of one line: those that begin first on it. Compiled or bundled twice, the same statement has several;
 * other statements of the line are reached with a column.
 */
export function sitesAt(sites: readonly SourceSite[], line: number, column?: number): Site[] {
  const onLine = sites.filter((each) => each.line === line)
  const reachable = column === undefined ? [] : onLine.filter((each) => each.column <= column)
  const start =
    reachable.length > 0
      ? Math.max(...reachable.map((each) => each.column))
      : Math.min(...onLine.map((each) => each.column))
  return onLine.filter((each) => each.column === start).map((each) => each.site)
}

/** Where to go instead: the start of the innermost statement around the line, else the next statement, else the last one. */
export function nearestLine(sites: readonly SourceSite[], line: number): number | undefined {
  const around = sites.filter((each) => each.line < line && line <= each.endLine)
  const below = sites.filter((each) => each.line > line)
  if (around.length > 0) {
    const start = Math.max(...around.map((each) => each.line))
    // Inside a function or a block the next statement is closer in meaning than the block's head.
    const next = below.filter((each) => around.some((outer) => each.line <= outer.endLine))
    return next.length > 0 ? Math.min(...next.map((each) => each.line)) : start
  }
  if (below.length > 0) return Math.min(...below.map((each) => each.line))
  return sites.length > 0 ? Math.max(...sites.map((each) => each.line)) : undefined
}
