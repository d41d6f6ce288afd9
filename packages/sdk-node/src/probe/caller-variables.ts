import type { NamedValue, VariableEntry } from '@lightrun/core'
import type { CallerFrame } from '../engine/inspector/caller-locals.ts'
import type { RawFrame } from './stack.ts'

/**
 * The variables of callers beside the frames they belong to: V8 leaves out frames of built-ins (`Array.map`), and a
 * stack goes on behind an `await`, so they are matched by their place, in order.
 */
export function besideFrames(
  frames: readonly RawFrame[],
  callers: readonly CallerFrame[],
  capture: (locals: readonly VariableEntry[]) => NamedValue[],
): (NamedValue[] | undefined)[] {
  const found = frames.map((): NamedValue[] | undefined => undefined)
  let next = 1
  for (const { path, line, column, locals } of callers) {
    const index = frames.findIndex(
      (frame, at) => at >= next && frame.file === path && frame.line === line && frame.column === column,
    )
    if (index === -1) continue
    found[index] = capture(locals)
    next = index + 1
  }
  return found
}
