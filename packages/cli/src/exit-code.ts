import { type ErrorCode, LightrunError } from '@lightrun/core'
import type { Line } from './output/line.ts'

/** What a script learns from the command. Documented in the README; a change breaks scripts. */
export const EXIT = {
  ok: 0,
  /** The server refused, or nothing was placed. */
  refused: 1,
  usage: 2,
  /** Nobody answers at the address, or what answers is not a lightrun-server in working order. */
  unreachable: 3,
  unauthorized: 4,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const BY_CODE: Partial<Record<ErrorCode, ExitCode>> = {
  config_invalid: EXIT.usage,
  unauthorized: EXIT.unauthorized,
  server_unreachable: EXIT.unreachable,
  server_error: EXIT.unreachable,
  internal_error: EXIT.unreachable,
  storage_unreachable: EXIT.unreachable,
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode
  return LightrunError.is(error) ? (BY_CODE[error.code] ?? EXIT.refused) : EXIT.refused
}

/** A command cannot do what was asked, and has more to say than one sentence. */
export class CommandError extends Error {
  readonly exitCode: ExitCode
  readonly code: ErrorCode | 'usage'
  /** Lines of advice under the message. */
  readonly advice: readonly Line[]

  constructor(exitCode: ExitCode, code: ErrorCode | 'usage', message: string, advice: readonly Line[] = []) {
    super(message)
    this.exitCode = exitCode
    this.code = code
    this.advice = advice
  }
}

/** The command line itself is wrong. The message says what to write instead. */
export function usageError(message: string, advice: readonly Line[] = []): CommandError {
  return new CommandError(EXIT.usage, 'usage', message, advice)
}
