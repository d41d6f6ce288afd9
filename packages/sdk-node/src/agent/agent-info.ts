import { hostname } from 'node:os'
import type { AgentInfo } from '@lightrun/core'
import manifest from '../../package.json' with { type: 'json' }
import type { Config } from '../config/config.ts'

/** What this process says of itself when it registers. */
export function describeAgent({ displayName, tags }: Pick<Config, 'displayName' | 'tags'>): AgentInfo {
  return {
    displayName,
    tags,
    hostname: hostname(),
    pid: process.pid,
    runtime: { name: 'node', version: process.versions.node },
    sdkVersion: manifest.version,
    startedAtMs: Math.round(performance.timeOrigin),
  }
}
