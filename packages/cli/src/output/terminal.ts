import pc from 'picocolors'
import { type Line, spansOf } from './line.ts'
import { plain, plainJson } from './plain.ts'

/** Where a command speaks. Data goes to `out` and `json`, chatter to `err`, so that pipes carry data only. */
export interface Terminal {
  out(...lines: readonly Line[]): void
  err(...lines: readonly Line[]): void
  /** One value on one line of standard output. */
  json(value: unknown): void
  /** Columns of standard output; absent when nobody looks at it (a pipe, a file). */
  readonly columns: number | undefined
}

/** What is used of `process.stdout` and `process.stderr`. */
export interface Sink {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export interface TerminalOptions {
  stdout: Sink
  stderr: Sink
  env: Readonly<Record<string, string | undefined>>
}

export function createTerminal({ stdout, stderr, env }: TerminalOptions): Terminal {
  const paintOut = painter(stdout, env)
  const paintErr = painter(stderr, env)
  return {
    out: (...lines) => void stdout.write(lines.map((line) => `${paintOut(line)}\n`).join('')),
    err: (...lines) => void stderr.write(lines.map((line) => `${paintErr(line)}\n`).join('')),
    json: (value) => void stdout.write(`${plainJson(value)}\n`),
    get columns() {
      return stdout.isTTY ? stdout.columns : undefined
    },
  }
}

/** Colors for people: on a terminal that can, unless NO_COLOR (https://no-color.org) is set and not empty. */
function painter(sink: Sink, env: TerminalOptions['env']): (line: Line) => string {
  const hasColor = Boolean(sink.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb'
  const colors = pc.createColors(hasColor)
  return (line) =>
    spansOf(line)
      .map((span) => (typeof span === 'string' ? plain(span) : colors[span.style](plain(span.text))))
      .join('')
}
