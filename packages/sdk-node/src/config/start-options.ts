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
  /** Do not check the server's certificate; pinned keys are checked all the same. `LIGHTRUN_NO_CHECK_CERTIFICATE`, default false. */
  noCheckCertificate?: boolean
  /** PEM file with the authorities to trust for the server's certificate. `LIGHTRUN_CA_PATH`. */
  caPath?: string
  /**
   * SHA-256 of the server's public key (its SubjectPublicKeyInfo), in base64 or hexadecimal. When there are any, a server
   * with another key is sent nothing. `LIGHTRUN_PINNED_CERTS` (separated by commas).
   */
  pinnedCerts?: string[]
  /** An HTTP proxy before the server. Default none: variables such as `HTTPS_PROXY` are not followed. */
  proxy?: {
    /** `LIGHTRUN_PROXY_HOST`. */
    host?: string
    /** `LIGHTRUN_PROXY_PORT`. */
    port?: number
    /** `LIGHTRUN_PROXY_USERNAME`. */
    username?: string
    /** `LIGHTRUN_PROXY_PASSWORD`. */
    password?: string
  }
  log?: {
    /** Receives dynamic logs with the target `stdout`. Default `console`. */
    logger?: DynamicLogSink
  }
  agentLog?: {
    /** How much the SDK says of itself: one line a problem. `AGENT_LOG_LEVEL`, default `warn`, in files `info`. */
    agentLogLevel?: 'debug' | 'info' | 'warn' | 'error' | 'off'
    /** Directory for files `lightrun-agent-<pid>.log`, which is made if need be. `AGENT_LOG_TARGET_DIR`, default none: stderr. */
    agentLogTargetDir?: string
    /** Megabytes of one file; then the next is begun. `AGENT_LOG_MAX_FILE_SIZE_MB`, default 10. */
    agentLogMaxFileSizeMb?: number
    /** Files of one process that are kept, the present one included. `AGENT_LOG_MAX_FILE_COUNT`, default 5. */
    agentLogMaxFileCount?: number
  }
  capture?: {
    /** Stack frames of a snapshot. Default 20. */
    maxFrames?: number
    /** Frames of a snapshot whose variables may be captured, the probe's own included. Default 6. */
    maxExpandFrames?: number
    /** Capture the variables of frames in dependencies, too, when those of callers are asked for. Default false. */
    includeNodeModules?: boolean
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
    /**
     * Share of one core, in percent, that all actions together may take. Default 1, or what the policy of the server says;
     * a policy never exceeds what is set here. `LIGHTRUN_MAX_CPU_COST`.
     */
    maxCPUCost?: number
    /** The part of it, in percent of one core, that conditions may take. `LIGHTRUN_MAX_CONDITION_COST`. */
    maxConditionCost?: number
    /** Dynamic logs a second, all actions together. `LIGHTRUN_MAX_DYNAMIC_LOG_RATE`. */
    maxDynamicLogRate?: number
    /** Bytes of hits a second, logs and snapshots, all actions together. Default 1 MiB. `LIGHTRUN_MAX_DYNAMIC_LOG_BYTE_RATE`. */
    maxDynamicLogByteRate?: number
    /** As `ignoreQuota`, which wins. */
    ignoreQuota?: boolean
  }
  /**
   * True: no quota at all, for benchmarks and debugging at home. False: not even for actions whose author may ignore it.
   * Default: those may. `LIGHTRUN_IGNORE_QUOTA`.
   */
  ignoreQuota?: boolean
  /** Hide values by the names they stand under, before they are read. Default true. `LIGHTRUN_REDACTION_ENABLED`. */
  redactionEnabled?: boolean
  /**
   * `start()` blocks until the server has said what it wants, for `lightrunInitWaitTimeMs` at most. For processes so short
   * that they would be over before. `LIGHTRUN_WAIT_FOR_INIT`, default false.
   */
  lightrunWaitForInit?: boolean
  /** How long `start()` (if it does) and `asyncStart()` wait, in milliseconds. `LIGHTRUN_INIT_WAIT_TIME_MS`, default 3000. */
  lightrunInitWaitTimeMs?: number
  /**
   * Directories whose files are the application's own wherever they lie, in a `node_modules` folder for instance: they are
   * woven. `LIGHTRUN_EXTRA_PATHS` (separated as in `PATH`).
   */
  extraPaths?: string[]
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
