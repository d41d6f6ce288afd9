import type { Source } from './source.ts'

/** Before a tag, where a source is written. */
export const TAG_PREFIX = 'tag:'
/** Before the name of a custom source, where a source is written. */
export const CUSTOM_PREFIX = 'custom:'
/** Between sources: any of these agents, or those that are all of them. */
export const SOURCE_SEPARATORS = { any: ',', all: '+' } as const

/** As people write it: `shop`, `tag:prod`, `tag:eu,tag:us`, `tag:prod+shop`, `custom:checkout`. */
export function formatSource(source: Source): string {
  switch (source.kind) {
    case 'any':
    case 'all':
      return source.of.map(formatSource).join(SOURCE_SEPARATORS[source.kind])
    case 'tag':
      return TAG_PREFIX + source.value
    case 'custom':
      return CUSTOM_PREFIX + source.value
    default:
      return source.value
  }
}
