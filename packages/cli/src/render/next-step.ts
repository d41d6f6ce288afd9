import type { ActionView, SourcePosition } from '@lightrun/core'
import { notesOf } from './placement-notes.ts'

/** What an agent offers instead of the line that was asked for, as FILE:LINE to write. Agents are not trusted: anything else is ignored. */
export function alternatives(action: ActionView): string[] {
  const { file } = action.position
  const offers = action.agents.flatMap(({ status }) => {
    const moved = notesOf(status).flatMap((note) => (note.type === 'source_differs' ? (note.line ?? []) : []))
    if (moved.length > 0) return moved.filter((line) => line !== action.position.line).map((line) => `${file}:${line}`)
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
