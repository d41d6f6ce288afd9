import type { Source } from './action-views.ts'

/** Before a tag, where a source is written. */
export const TAG_PREFIX = 'tag:'
/** Between sources: any of these agents, or those that are all of them. */
export const SOURCE_SEPARATORS = { any: ',', all: '+' } as const

/** As people write it: `shop`, `tag:prod`, `tag:eu,tag:us`, `tag:prod+shop`. */
export function formatSource(source: Source): string {
  if ('of' in source) return source.of.map(formatSource).join(SOURCE_SEPARATORS[source.kind])
  return source.kind === 'tag' ? TAG_PREFIX + source.value : source.value
}
