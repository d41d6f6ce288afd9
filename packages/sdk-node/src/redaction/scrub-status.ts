import type { ActionStatus, PlacementNote } from '@lightrun/core'

/** Characters of a status's message or of one of its notes that the server takes (`packages/core/src/model/status.ts`). */
export const MAX_STATUS_TEXT = 2_000

type Scrub = (text: string) => string

/**
 * The same status without secrets in what is free text: an error may quote what the application worked on, a path or a
 * candidate may contain whatever somebody named a file. Words of the protocol stay, whatever a pattern says of them.
 */
export function scrubStatus(status: ActionStatus, scrub: Scrub): ActionStatus {
  switch (status.state) {
    case 'placed':
    case 'hitting': {
      const { reason, position, notes } = status
      return {
        ...status,
        position: { ...position, file: scrub(position.file) },
        ...(reason === undefined ? {} : { reason: scrub(reason) }),
        ...(notes === undefined ? {} : { notes: notes.map((note) => scrubNote(note, scrub)) }),
      }
    }
    case 'throttled':
      return { ...status, message: scrubText(status.message, scrub) }
    case 'ended':
      return status.message === undefined ? status : { ...status, message: scrubText(status.message, scrub) }
    case 'failed': {
      const { details } = status
      return {
        ...status,
        message: scrubText(status.message, scrub),
        ...(details === undefined ? {} : { details: scrubPlain(details, scrub) as typeof details }),
      }
    }
    default:
      return status
  }
}

/** Scrubbed before it is cut: half a secret is not known as one. */
export function scrubText(text: string, scrub: Scrub): string {
  const scrubbed = scrub(text)
  return scrubbed.length > MAX_STATUS_TEXT ? `${scrubbed.slice(0, MAX_STATUS_TEXT - 1)}…` : scrubbed
}

const scrubNote = (note: PlacementNote, scrub: Scrub): PlacementNote =>
  note.type === 'partial' ? { ...note, message: scrubText(note.message, scrub) } : note

/** Plain JSON of ours, a few levels deep. */
function scrubPlain(value: unknown, scrub: Scrub): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => scrubPlain(item, scrub))
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [scrub(name), scrubPlain(held, scrub)]))
}
