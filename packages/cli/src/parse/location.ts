import { MAX_LINE, type SourcePosition } from '@lightrun/core'
import { usageError } from '../exit-code.ts'

/** The shortest file that leaves a line and perhaps a column: `C:\x\a.ts:12` has a colon of its own. */
const LOCATION = /^(?<file>.+?):(?<line>\d+)(?::(?<column>\d+))?$/

/** `src/cart.ts:42` or `src/cart.ts:42:7`. A leading `./`, as shells complete it, is dropped. */
export function parseLocation(text: string): SourcePosition {
  const { file, line, column } = LOCATION.exec(text)?.groups ?? {}
  if (file === undefined || line === undefined) {
    throw usageError(`"${text}" names no line; write FILE:LINE, such as src/cart.ts:42`)
  }
  return {
    file: file.replace(/^(?:\.[\\/])+/, ''),
    line: oneBased(text, 'line', line),
    ...(column === undefined ? {} : { column: oneBased(text, 'column', column) }),
  }
}

function oneBased(text: string, what: string, digits: string): number {
  const number = Number(digits)
  if (number < 1) throw usageError(`"${text}" asks for ${what} 0; ${what}s count from 1`)
  if (number > MAX_LINE) throw usageError(`"${text}" asks for ${what} ${digits}; no file is that long`)
  return number
}
