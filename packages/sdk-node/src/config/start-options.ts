import type { Transport } from '@lightrun/core'

/** Where dynamic logs with the target `stdout` go: the application's own logger, or `console`. */
export interface DynamicLogSink {
  debug?(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}

/** What a transport of your own is told. */
export interface TransportContext {
  agentId: string
  endpoint: string
  secret: string
}

/**
 * Options of `lightrun.start()`. Each can also come from the environment (which wins) or from the JSON file that
 * `LIGHTRUN_AGENT_CONFIG` names (which loses): environment > `start()` > file > default.
 */
export interface StartOptions {
  /** Key of the agent pool; printed by the server when the pool is made. `LIGHTRUN_SECRET`. Required. */
  lightrunSecret?: string
  /** Base URL of the management server. `LIGHTRUN_API_ENDPOINT`, default `http://127.0.0.1:8080`. */
  apiEndpoint?: string
  /** How the agent introduces itself. */
  metadata?: {
    /** JSON file `{ "registration": { "displayName": …, "tags": [{ "name": … }] } }`. `LIGHTRUN_METADATA_FILE`. */
    filename?: string
    registration?: {
      /** `LIGHTRUN_DISPLAY_NAME`, default the host name. */
      displayName?: string
      /** `LIGHTRUN_TAGS` (separated by commas), default `Production`. */
      tags?: { name: string }[]
    }
  }
  /** Do not check the server's certificate. `LIGHTRUN_NO_CHECK_CERTIFICATE`, default false. */
  noCheckCertificate?: boolean
  /** PEM file with the authorities to trust for the server's certificate. `LIGHTRUN_CA_PATH`. */
  caPath?: string
  log?: {
    /** Receives dynamic logs with the target `stdout`. Default `console`. */
    logger?: DynamicLogSink
  }
  agentLog?: {
    /** What the SDK says of itself on stderr: one line a problem. `AGENT_LOG_LEVEL`, default `warn`. */
    agentLogLevel?: 'debug' | 'info' | 'warn' | 'error' | 'off'
  }
  capture?: {
    /** Stack frames of a snapshot. Default 20. */
    maxFrames?: number
    /** Properties, elements or entries of one object. Default 50. */
    maxProperties?: number
    /** Same, for a watch expression. Default 1024. */
    maxWatchProperties?: number
    /** Nesting below a variable. Default 5. */
    maxVariableDepth?: number
    /** Characters of one string. Default 1024. */
    maxVariableSize?: number
    /** Characters of one string in a watch expression. Default 32768. */
    maxWatchListVariableSize?: number
    /** Approximate bytes of one snapshot. Default 65536. */
    maxSnapshotBufferSize?: number
  }
  quota?: {
    /** Share of one core, in percent, that all actions together may take. Default 1. `LIGHTRUN_MAX_CPU_COST`. */
    maxCPUCost?: number
  }
  /** Hide values by the names they stand under, before they are read. Default true. `LIGHTRUN_REDACTION_ENABLED`. */
  redactionEnabled?: boolean
  /** How long `asyncStart()` waits for the first desired state, in milliseconds. Default 3000. */
  lightrunInitWaitTimeMs?: number
  /** Replaces the HTTP transport. The contract and its test suite are in `@lightrun/core`. */
  transport?: (context: TransportContext) => Transport | Promise<Transport>
  weave?: {
    /** Dependencies to weave as well: all, or these packages. Default none. `LIGHTRUN_WEAVE_NODE_MODULES` (`true` or names). */
    nodeModules?: boolean | string[]
    /**
     * Keep woven code on disk, so that the next start need not weave it. Default `true`: below the application's
     * `node_modules/.cache`, else in the user's cache directory. A string names another directory, which must belong to
     * this user and be writable by nobody else. `LIGHTRUN_WEAVE_CACHE` (`false` or a directory).
     */
    cache?: boolean | string
  }
}
