import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { AgentInfo } from '@lightrun/core'
import type { Config } from '../config/config.ts'

/** What this process says of itself when it registers. */
export function describeAgent({ displayName, tags }: Pick<Config, 'displayName' | 'tags'>): AgentInfo {
  return {
    displayName,
    tags,
    hostname: hostname(),
    pid: process.pid,
    runtime: { name: 'node', version: process.versions.node },
    sdkVersion: sdkVersion(),
    startedAtMs: Math.round(performance.timeOrigin),
  }
}

export function sdkVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
