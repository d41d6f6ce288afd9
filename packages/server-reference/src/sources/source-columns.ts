import type { AgentSet, Source } from '@lightrun/core'
import type { Database } from '../storage/database.ts'

export type SourceColumns = Pick<Database['actions'], 'source_kind' | 'source_value'>

/** How a source is stored: of several, all of them as JSON; a custom one by its name alone. */
export function sourceColumns(source: Source): SourceColumns {
  return {
    source_kind: source.kind,
    source_value: 'of' in source ? JSON.stringify(source.of, withoutIs) : source.value,
  }
}

const withoutIs = (key: string, value: unknown) => (key === 'is' ? undefined : value)

/** What these columns say by themselves: custom sources without what they stand for. */
export function storedSource({ source_kind: kind, source_value: value }: SourceColumns): Source {
  return kind === 'any' || kind === 'all' ? { kind, of: JSON.parse(value) } : { kind, value }
}

/** Of a custom source, which names no other. */
export function storedAgentSet(row: SourceColumns): AgentSet {
  return storedSource(row) as AgentSet
}

/** The custom sources that a source names. */
export function customNames(source: Source): string[] {
  if ('of' in source) return source.of.flatMap(customNames)
  return source.kind === 'custom' ? [source.value] : []
}
