import type { Outcome } from './contract.ts'

export interface Difference {
  readonly what: string
  /** 1-based line of the output or the exports where the two part; 0 where there are no lines. */
  readonly line: number
  readonly unwoven: string
  readonly woven: string
}

/** The first thing in which a woven run is not like the unwoven one. Output comes first: it tells the most. */
export function findDifference(unwoven: Outcome, woven: Outcome): Difference | undefined {
  for (const what of ['output', 'exports'] as const) {
    if (unwoven[what] !== woven[what]) return { what, ...partingLine(unwoven[what], woven[what]) }
  }
  if (unwoven.ended === woven.ended) return undefined
  return { what: 'end', line: 0, unwoven: unwoven.ended, woven: woven.ended }
}

/** Lines shown after the first that differs. */
const SHOWN_LINES = 4

function partingLine(unwoven: string, woven: string): Omit<Difference, 'what'> {
  const a = unwoven.split('\n')
  const b = woven.split('\n')
  let at = 0
  while (a[at] === b[at]) at++
  const show = (lines: string[]) => lines.slice(at, at + SHOWN_LINES).join('\n') || '(nothing)'
  return { line: at + 1, unwoven: show(a), woven: show(b) }
}
