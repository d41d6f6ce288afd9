import { createClient } from '@lightrun/client'
import type { CliContext, Session } from './context.ts'
import { usageError } from './exit-code.ts'

export interface GlobalOptions {
  server?: string
  apiKey?: string
  json?: true
}

/** Flags win over the environment. */
export function createSession(context: CliContext, options: GlobalOptions): Session {
  const { terminal, clock, readFile, signal, env, fetch } = context
  return {
    terminal,
    clock,
    readFile,
    signal,
    json: options.json ?? false,
    connect() {
      // A variable that is set to nothing is not set.
      const server = options.server ?? (env.LIGHTRUN_SERVER?.trim() || undefined)
      const apiKey = options.apiKey ?? (env.LIGHTRUN_API_KEY?.trim() || undefined)
      if (server === undefined) {
        throw usageError('no server is named; set LIGHTRUN_SERVER to its address, or pass --server URL')
      }
      if (apiKey === undefined) {
        throw usageError('no API key is given; set LIGHTRUN_API_KEY, or pass --api-key KEY', [
          'lightrun-server prints one on its first start',
        ])
      }
      return createClient({ server, apiKey, ...(fetch === undefined ? {} : { fetch }) })
    },
  }
}
