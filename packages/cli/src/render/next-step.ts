import type { ActionView, SourcePosition } from '@lightrun/core'

/** What an agent's refusal offers instead, as FILE:LINE to write. Agents are not trusted: anything else is ignored. */
export function alternatives(action: ActionView): string[] {
  const { file } = action.position
  const offers = action.agents.flatMap(({ status }) => {
    if (status.state !== 'failed') return []
    const { nearestLine, candidates } = status.details ?? {}
    if (isLine(nearestLine)) return [`${file}:${nearestLine}`]
    return Array.isArray(candidates)
      ? candidates.filter((each) => typeof each === 'string').map((each) => `${each}:${action.position.line}`)
      : []
  })
  return [...new Set(offers)].slice(0, MAX_OFFERS)
}

const MAX_OFFERS = 5

const isLine = (value: unknown): value is SourcePosition['line'] => Number.isSafeInteger(value) && (value as number) > 0
