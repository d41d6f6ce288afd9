import type { Source } from '@lightrun/core'
import type { ActionRow } from './action-state.ts'

type SourceColumns = Pick<ActionRow, 'source_kind' | 'source_value'>

/** How a source is stored: of several, all of them as JSON. */
export function sourceColumns(source: Source): SourceColumns {
  return { source_kind: source.kind, source_value: 'of' in source ? JSON.stringify(source.of) : source.value }
}

export function sourceOf({ source_kind: kind, source_value: value }: SourceColumns): Source {
  return kind === 'any' || kind === 'all' ? { kind, of: JSON.parse(value) } : { kind, value }
}
