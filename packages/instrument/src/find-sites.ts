import type { ScriptPosition, SurveyedSite } from './contract.ts'

/** Sites come in the order of their positions, as `weave` and `surveySites` return them. */
type Sites<S> = readonly S[]

/** The sites that begin on a line (0-based, of the unwoven script), left to right. */
export function sitesOnLine<S extends SurveyedSite>(sites: Sites<S>, line: number): S[] {
  const found: S[] = []
  for (let i = firstAt(sites, { line, column: 0 }); i < sites.length && sites[i]!.position.line === line; i++) {
    found.push(sites[i]!)
  }
  return found
}

/** The innermost statement (or arrow body) that a position is in. */
export function siteCovering<S extends SurveyedSite>(sites: Sites<S>, position: ScriptPosition): S | undefined {
  for (let i = firstAt(sites, { line: position.line, column: position.column + 1 }) - 1; i >= 0; i--) {
    const site = sites[i]!
    if (compare(position, site.end) < 0) return site
  }
  return undefined
}

/** Where a breakpoint set at a position ends up: the first site that begins there or later. */
export function siteAtOrAfter<S extends SurveyedSite>(sites: Sites<S>, position: ScriptPosition): S | undefined {
  return sites[firstAt(sites, position)]
}

function firstAt(sites: Sites<SurveyedSite>, position: ScriptPosition): number {
  let low = 0
  let high = sites.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(sites[middle]!.position, position) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function compare(a: ScriptPosition, b: ScriptPosition): number {
  return a.line - b.line || a.column - b.column
}
