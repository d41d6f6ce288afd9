import type { ErrorDetails, LightrunError, NewAction } from '@lightrun/core'
import { CommandError, EXIT } from '../exit-code.ts'
import { type Line, red } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { displayWidth } from '../output/width.ts'

/** The refusal of an action, showing the fault in its expression where the details say where that is. */
export function withFault(error: LightrunError, action: Faulty): Error {
  const fault = faultLines(action, error.details)
  return fault.length === 0 ? error : new CommandError(EXIT.refused, error.code, error.message, fault)
}

/**
 * The expression that was refused, with a caret under the fault. Nothing when the details do not say where. The
 * `column` counts UTF-16 units from 1.
 */
function faultLines(action: Faulty, details: ErrorDetails): Line[] {
  const text = faultyText(action, details)
  const { column } = details
  if (text === undefined || typeof column !== 'number' || !(column >= 1 && column <= text.length + 1)) return []
  const before = displayWidth(plain(text.slice(0, column - 1)))
  return [`  ${plain(text)}`, ['  ', ' '.repeat(before), red('^')]]
}

type Faulty = Pick<NewAction, 'task'> & { condition?: string | null | undefined }

/** The details carry the text or name the field; with a single expression there is nothing to choose. */
function faultyText({ task, condition }: Faulty, details: ErrorDetails): string | undefined {
  const texts = [
    ...(condition === undefined || condition === null ? [] : [condition]),
    ...(task.type === 'log' ? [task.format] : []),
    ...(task.type === 'metric' ? [task.expression] : []),
    ...(task.type === 'snapshot' ? task.watches : []),
  ]
  if (typeof details.expression === 'string') return details.expression
  if (details.field === 'condition') return condition ?? undefined
  if (details.field === 'format' && task.type === 'log') return task.format
  if (details.field === 'expression' && task.type === 'metric') return task.expression
  return texts.length === 1 ? texts[0] : undefined
}
