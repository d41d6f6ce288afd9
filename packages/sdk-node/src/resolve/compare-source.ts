import { createHash } from 'node:crypto'
import { comparableSource } from '@lightrun/core'
import type { LineWanted, SourceComparison } from './script-reader.ts'

/** Whether the user looks at the text that runs, and where their line is in it if not. */
export function compareSource(text: string | undefined, wanted: LineWanted): SourceComparison {
  const { sourceHash, lineText, line } = wanted
  if (text === undefined || sourceHash === undefined) return { status: 'unknown' }
  const comparable = comparableSource(text)
  if (createHash('sha256').update(comparable).digest('hex') === sourceHash) return { status: 'same' }
  return { status: 'differs', line: lineText === undefined ? undefined : nearestEqual(comparable, lineText, line) }
}

/** A brace or an empty line is everywhere, and says nothing of where the code went. */
const MEANINGFUL = /[\p{L}\p{N}]/u

function nearestEqual(text: string, lineText: string, line: number): number | undefined {
  const wanted = lineText.trim()
  if (!MEANINGFUL.test(wanted)) return undefined
  let best: number | undefined
  let number = 0
  for (const each of text.split('\n')) {
    number++
    if (each.trim() !== wanted) continue
    if (best === undefined || Math.abs(number - line) < Math.abs(best - line)) best = number
  }
  return best
}
