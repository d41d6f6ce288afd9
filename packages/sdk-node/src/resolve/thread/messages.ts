import { type ErrorCode, type ErrorDetails, LightrunError } from '@lightrun/core'
import type { ScriptReader } from '../script-reader.ts'

/** One call of a reader, and its answer. One is under way at a time, so they need no numbers. */
export interface Call {
  method: keyof ScriptReader
  args: unknown[]
}

export type Answer =
  | { status: 'ready' }
  | { status: 'value'; value: unknown }
  | { status: 'error'; code: ErrorCode; message: string; details: ErrorDetails }

/** An error loses its class and code on the way to another thread. */
export function toAnswer(error: unknown): Answer {
  const { code, message, details } = LightrunError.from(error)
  return { status: 'error', code, message, details }
}

export function toError({ code, message, details }: Extract<Answer, { status: 'error' }>): LightrunError {
  return new LightrunError(code, message, { details })
}
