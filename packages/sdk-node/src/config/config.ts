import { type CaptureLimits, DEFAULT_CAPTURE_LIMITS, LOG_CAPTURE_LIMITS, WATCH_CAPTURE_LIMITS } from '@lightrun/core'
import type { DynamicLogSink, StartOptions } from './start-options.ts'
import { toWeaveConfig, type WeaveConfig } from './weave-config.ts'

/** What the agent runs with: every option decided. */
export interface Config {
  secret: string
  endpoint: string
  displayName: string
  tags: string[]
  tls: { rejectUnauthorized: boolean; caPath?: string }
  sink: DynamicLogSink
  logLevel: LogThreshold
  maxFrames: number
  limits: { variables: CaptureLimits; watch: CaptureLimits; log: CaptureLimits }
  /** Fraction of one core. */
  cpuShare: number
  redaction: boolean
  weave: WeaveConfig
  /** Options that were given and have no effect in this version. */
  notYet: readonly string[]
}
export type LogThreshold = 'debug' | 'info' | 'warn' | 'error' | 'off'

/** Default frames of a snapshot's stack: what fits a screen. */
export const DEFAULT_MAX_FRAMES = 20
/** Default share of one core that all actions together may take, in percent (design: the application pays a bounded price). */
export const DEFAULT_MAX_CPU_COST = 1
export const DEFAULT_ENDPOINT = 'http://127.0.0.1:8080'
export const DEFAULT_TAG = 'Production'

/** Fills in the defaults. `options` are validated and hold what environment, caller and file decided together. */
export function toConfig(options: StartOptions, secret: string, hostname: string): Config {
  const { capture = {}, quota = {}, agentLog = {}, metadata = {} } = options
  const registration = metadata.registration ?? {}
  const variables: CaptureLimits = {
    ...DEFAULT_CAPTURE_LIMITS,
    ...defined({
      maxDepth: capture.maxVariableDepth,
      maxProperties: capture.maxProperties,
      maxStringLength: capture.maxVariableSize,
      maxBytes: capture.maxSnapshotBufferSize,
    }),
  }
  const watch: CaptureLimits = {
    ...WATCH_CAPTURE_LIMITS,
    ...defined({ maxProperties: capture.maxWatchProperties, maxStringLength: capture.maxWatchListVariableSize }),
  }
  return {
    secret,
    endpoint: options.apiEndpoint ?? DEFAULT_ENDPOINT,
    displayName: registration.displayName ?? hostname,
    tags: registration.tags?.map((tag) => tag.name) ?? [DEFAULT_TAG],
    tls: { rejectUnauthorized: !options.noCheckCertificate, ...defined({ caPath: options.caPath }) },
    sink: options.log?.logger ?? console,
    logLevel: agentLog.agentLogLevel ?? 'warn',
    maxFrames: capture.maxFrames ?? DEFAULT_MAX_FRAMES,
    limits: { variables, watch, log: LOG_CAPTURE_LIMITS },
    cpuShare: (quota.maxCPUCost ?? DEFAULT_MAX_CPU_COST) / 100,
    redaction: options.redactionEnabled ?? true,
    weave: toWeaveConfig(options.weave),
    notYet: [],
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
