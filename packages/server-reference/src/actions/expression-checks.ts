import type { ErrorCode } from '@lightrun/core'

export interface ExpressionFault {
  code: ErrorCode
  message: string
  /** 1-based, in the text that was checked. */
  column: number
}

/** What may be asked: the same rules the agents apply, applied before anybody waits for an answer. */
export interface ExpressionChecks {
  expression(source: string): ExpressionFault | undefined
  /** A log format: `{expression}`, `{{`, `}}`. */
  format(text: string): ExpressionFault | undefined
}
