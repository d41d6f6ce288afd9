import type { ErrorCode, LightrunError } from '@lightrun/core'
import type { LogThreshold } from '../config/config.ts'
import { createDefaultScrubber } from '../redaction/default-scrubber.ts'
import { scrubOr } from '../redaction/scrub-or.ts'

/** What the SDK says of itself, for whoever operates the application. Quiet: a line a problem, not a line an attempt. */
export interface AgentLog {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
  /** Says each kind of error once until `recovered`. */
  problem(error: LightrunError): void
  recovered(): void
  /** Warns; where even looking for secrets fails, with the other text, which has none, and where the log fails, on stderr. */
  alarm(text: string, otherwise: string): void
}

/** Where its lines go. What it throws is dropped: nothing may come of it. */
export type LogOutput = (level: Exclude<LogThreshold, 'off'>, text: string) => void

const RANK: Record<LogThreshold, number> = { debug: 0, info: 1, warn: 2, error: 3, off: 4 }

/** What it says leaves the process as well: secrets are taken out by how they look, whoever has said it. */
export function createAgentLog(threshold: LogThreshold, output: LogOutput, fallback: LogOutput = toStderr): AgentLog {
  const { scrub } = createDefaultScrubber()
  const said = new Set<ErrorCode>()
  function log(level: Parameters<LogOutput>[0], text: string): void {
    if (RANK[level] < RANK[threshold]) return
    try {
      output(level, scrub(text))
    } catch {
      // A closed stderr is no reason to disturb the application.
    }
  }
  return {
    debug: (text) => log('debug', text),
    info: (text) => log('info', text),
    warn: (text) => log('warn', text),
    problem(error) {
      try {
        if (said.has(error.code)) return
        said.add(error.code)
        const cause = error.code === 'internal_error' && error.cause !== undefined ? ` (${String(error.cause)})` : ''
        log('warn', `${error.code}: ${error.message}${cause}`)
      } catch {
        // Called where a fault was caught, so it must not be the next one.
      }
    },
    alarm(text, otherwise) {
      if (RANK.warn < RANK[threshold]) return
      try {
        output('warn', scrubOr(text, scrub, otherwise))
      } catch {
        try {
          fallback('warn', otherwise)
        } catch {
          // A closed stderr: nobody is left to tell.
        }
      }
    },
    recovered() {
      if (said.size > 0) log('info', 'recovered')
      said.clear()
    },
  }
}

/** The level is left out: what is said there is read by people, among lines of others. */
export const toStderr: LogOutput = (_, text) => void process.stderr.write(`lightrun: ${text}\n`)
