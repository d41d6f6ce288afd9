import type { ActionStatus, PlacementNote, SourcePosition } from '@lightrun/core'
import { dim, type Line, yellow } from '../output/line.ts'
import { plain } from '../output/plain.ts'

/** What an agent says of where its probe is, below its own line. */
export function noteLines(status: ActionStatus, asked: SourcePosition): Line[] {
  return notesOf(status).map((note) => ['      ', noteText(note, asked)])
}

export function notesOf(status: ActionStatus): readonly PlacementNote[] {
  return status.state === 'placed' || status.state === 'hitting' ? (status.notes ?? []) : []
}

function noteText(note: PlacementNote, { file, line }: SourcePosition) {
  switch (note.type) {
    case 'moved':
      return dim(`line ${note.fromLine} has no code; this is the nearest line that has`)
    case 'partial':
      return yellow(plain(note.message))
    case 'source_differs':
      if (note.line === line)
        return dim(`your ${plain(file)} is not the file that runs, but line ${line} reads the same`)
      return yellow(
        note.line === undefined
          ? `your ${plain(file)} is not the file that runs: line ${line} may be elsewhere there`
          : `your ${plain(file)} is not the file that runs: what your line ${line} says is line ${note.line} there`,
      )
  }
}
