import { createHash } from 'node:crypto'
import { type AskedPosition, comparableSource, MAX_LINE_TEXT } from '@lightrun/core'

/** Reads a file of the user's, as text. `undefined`: there is none, or it is no text anybody looks at. */
export type ReadFile = (path: string) => Promise<string | undefined>

/**
 * The position with what the user has on the screen there, so that an agent notices when that is not what it runs. Their
 * file is the one of this path below the current folder; without one there is nothing to compare.
 */
export async function withWhatIsSeen(position: AskedPosition, readFile: ReadFile): Promise<AskedPosition> {
  const text = await readFile(position.file)
  if (text === undefined) return position
  const comparable = comparableSource(text)
  const sourceHash = createHash('sha256').update(comparable).digest('hex')
  const lineText = comparable.split('\n')[position.line - 1]?.trim()
  const isShort = lineText !== undefined && lineText.length <= MAX_LINE_TEXT
  return { ...position, sourceHash, ...(isShort ? { lineText } : {}) }
}
