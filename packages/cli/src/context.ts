import type { Client } from '@lightrun/client'
import type { ReadFile } from './commands/what-is-seen.ts'
import type { Terminal } from './output/terminal.ts'

/** Everything the command knows of the world. Only `main.ts` makes one of the real world. */
export interface CliContext {
  terminal: Terminal
  env: Readonly<Record<string, string | undefined>>
  clock: WallClock
  /** Of the user's sources, relative to the current folder. */
  readFile: ReadFile
  /** Aborts when the user interrupts (any reason) or nobody reads the output any more (`OUTPUT_CLOSED`). */
  signal: AbortSignal
  version: string
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch
}

export interface WallClock {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Minutes that local time is behind UTC at that moment, as `Date.getTimezoneOffset` counts. */
  offsetMinutes(atMs: number): number
}

/** Reason of an abort because of EPIPE: `lightrun tail | head` has all it wanted, and that is no failure. */
export const OUTPUT_CLOSED = Symbol('output closed')

/** One run of one command. */
export interface Session {
  readonly terminal: Terminal
  readonly clock: WallClock
  readonly readFile: ReadFile
  readonly signal: AbortSignal
  /** Data as JSON on standard output. */
  readonly json: boolean
  /** @throws CommandError when the address or the key is missing. Makes no request. */
  connect(): Client
}
