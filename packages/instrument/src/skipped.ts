import type { SkippedRegion } from './contract.ts'
import type { LineIndex } from './lines.ts'
import type { SkippedDraft } from './survey/draft.ts'

export function describeSkipped(skipped: readonly SkippedDraft[], lines: LineIndex): SkippedRegion[] {
  return skipped.map(({ start, end, reason }) => ({ start: lines.position(start), end: lines.position(end), reason }))
}
