import type { ErrorCode, LightrunError } from '@lightrun/core'
import type { LogThreshold } from '../config/config.ts'

/** What the SDK says of itself, for whoever operates the application. Quiet: a line a problem, not a line an attempt. */
export interface AgentLog {
  info(text: string): void
  warn(text: string): void
  /** Says each kind of error once until `recovered`. */
  problem(error: LightrunError): void
  recovered(): void
}

const RANK: Record<LogThreshold, number> = { debug: 0, info: 1, warn: 2, error: 3, off: 4 }

export function createAgentLog(threshold: LogThreshold, write: (line: string) => void): AgentLog {
  const said = new Set<ErrorCode>()
  function log(level: LogThreshold, text: string): void {
    if (RANK[level] < RANK[threshold]) return
    try {
      write(`lightrun: ${text}\n`)
    } catch {
      // A closed stderr is no reason to disturb the application.
    }
  }
  return {
    info: (text) => log('info', text),
    warn: (text) => log('warn', text),
    problem(error) {
      if (said.has(error.code)) return
      said.add(error.code)
      const cause = error.code === 'internal_error' && error.cause !== undefined ? ` (${String(error.cause)})` : ''
      log('warn', `${error.code}: ${error.message}${cause}`)
    },
    recovered() {
      if (said.size > 0) log('info', 'recovered')
      said.clear()
    },
  }
}
