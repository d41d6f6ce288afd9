import {
  type CaptureLimits,
  DEFAULT_CAPTURE_LIMITS,
  LOG_CAPTURE_LIMITS,
  MAX_CALLER_FRAMES,
  WATCH_CAPTURE_LIMITS,
} from '@lightrun/core'
import type { DynamicLogSink, StartOptions } from './start-options.ts'
import { toWeaveConfig, type WeaveConfig } from './weave-config.ts'

/** What the agent runs with: every option decided. */
export interface Config {
  secret: string
  endpoint: string
  displayName: string
  tags: string[]
  /** How the server is reached and recognised. */
  network: NetworkConfig
  sink: DynamicLogSink
  agentLog: AgentLogConfig
  maxFrames: number
  /** Frames of a snapshot whose variables are captured, the probe's own included. */
  maxExpandFrames: number
  /** Whether frames of dependencies are expanded as well. */
  expandDependencies: boolean
  limits: { variables: CaptureLimits; watch: CaptureLimits; log: CaptureLimits }
  quota: QuotaConfig
  redaction: boolean
  init: InitConfig
  weave: WeaveConfig
}
export type LogThreshold = 'debug' | 'info' | 'warn' | 'error' | 'off'

export interface NetworkConfig {
  rejectUnauthorized: boolean
  caPath?: string
  /** SHA-256 of public keys, lower-case hexadecimal. Empty: any key that the certificate vouches for. */
  pinnedKeys: readonly string[]
  proxy?: { host: string; port: number; username?: string; password?: string }
}

export interface AgentLogConfig {
  level: LogThreshold
  /** `undefined`: stderr. */
  directory: string | undefined
  maxFileBytes: number
  /** Of one process. */
  maxFiles: number
}

/** What all actions of the process together may take; `undefined`: the policy decides, or the default of the budget. */
export interface QuotaConfig {
  /** Fraction of one core. */
  cpuShare: number | undefined
  /** The part of it that conditions may take. */
  conditionShare: number | undefined
  logsPerSecond: number | undefined
  logBytesPerSecond: number | undefined
  /** True: no quota at all in this process. False: not even for actions that may ignore it. */
  ignored: boolean | undefined
}

/** What `start()` does about the first desired state. */
export interface InitConfig {
  /** Block until it has been fetched. */
  wait: boolean
  /** For this long at most. */
  waitMs: number
}

/** Default frames of a snapshot's stack: what fits a screen. */
export const DEFAULT_MAX_FRAMES = 20
/** Default frames with variables: the probe's own and as many callers as an action may ask for. */
export const DEFAULT_MAX_EXPAND_FRAMES = MAX_CALLER_FRAMES + 1
export const DEFAULT_ENDPOINT = 'http://127.0.0.1:8080'
export const DEFAULT_TAG = 'Production'
/** Default size of one file of the agent's log, in megabytes. A line a problem: years, unless somebody asks for more. */
export const DEFAULT_LOG_FILE_MB = 10
/** Default number of such files: the present one and four before it. */
export const DEFAULT_LOG_FILES = 5
/** Default for waiting until the first desired state is there: a few round trips to a distant server, and no visible stall. */
export const DEFAULT_INIT_WAIT_MS = 3_000

/** Fills in the defaults. `options` are validated and hold what environment, caller and file decided together. */
export function toConfig(options: StartOptions, secret: string, hostname: string): Config {
  const { capture = {}, metadata = {} } = options
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
    network: toNetworkConfig(options),
    sink: options.log?.logger ?? console,
    agentLog: toAgentLogConfig(options.agentLog),
    maxFrames: capture.maxFrames ?? DEFAULT_MAX_FRAMES,
    maxExpandFrames: capture.maxExpandFrames ?? DEFAULT_MAX_EXPAND_FRAMES,
    expandDependencies: capture.includeNodeModules ?? false,
    limits: { variables, watch, log: LOG_CAPTURE_LIMITS },
    quota: toQuotaConfig(options),
    redaction: options.redactionEnabled ?? true,
    init: {
      wait: options.lightrunWaitForInit ?? false,
      waitMs: options.lightrunInitWaitTimeMs ?? DEFAULT_INIT_WAIT_MS,
    },
    weave: toWeaveConfig(options),
  }
}

function toNetworkConfig({ noCheckCertificate, caPath, pinnedCerts = [], proxy }: StartOptions): NetworkConfig {
  return {
    rejectUnauthorized: !noCheckCertificate,
    ...defined({ caPath }),
    pinnedKeys: pinnedCerts.map(toHexDigest),
    ...(proxy?.host === undefined || proxy.port === undefined
      ? {}
      : {
          proxy: {
            host: proxy.host,
            port: proxy.port,
            ...defined({ username: proxy.username, password: proxy.password }),
          },
        }),
  }
}

/** Written as hexadecimal digits, with colons or without, or in base64, with `sha256/` before it or without. */
function toHexDigest(pin: string): string {
  const bare = pin.replace(/^sha256[/:]/i, '')
  const hex = bare.replaceAll(':', '')
  return /^[0-9a-f]{64}$/i.test(hex) ? hex.toLowerCase() : Buffer.from(bare, 'base64').toString('hex')
}

function toAgentLogConfig(given: StartOptions['agentLog'] = {}): AgentLogConfig {
  const directory = given.agentLogTargetDir
  return {
    // A file is looked into by who wants to know more; stderr is everybody's.
    level: given.agentLogLevel ?? (directory === undefined ? 'warn' : 'info'),
    directory,
    maxFileBytes: (given.agentLogMaxFileSizeMb ?? DEFAULT_LOG_FILE_MB) * 1024 * 1024,
    maxFiles: given.agentLogMaxFileCount ?? DEFAULT_LOG_FILES,
  }
}

function toQuotaConfig({ quota = {}, ignoreQuota }: StartOptions): QuotaConfig {
  return {
    cpuShare: quota.maxCPUCost === undefined ? undefined : quota.maxCPUCost / 100,
    conditionShare: quota.maxConditionCost === undefined ? undefined : quota.maxConditionCost / 100,
    logsPerSecond: quota.maxDynamicLogRate,
    logBytesPerSecond: quota.maxDynamicLogByteRate,
    ignored: ignoreQuota ?? quota.ignoreQuota,
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
