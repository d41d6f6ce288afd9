import { delimiter } from 'node:path'
import type { StartOptions } from './start-options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The options that environment variables set. What does not parse is passed on as text, for validation to name. */
export function optionsFromEnvironment(env: Environment): StartOptions {
  const options = {
    lightrunSecret: text(env.LIGHTRUN_SECRET),
    apiEndpoint: text(env.LIGHTRUN_API_ENDPOINT),
    metadata: {
      filename: text(env.LIGHTRUN_METADATA_FILE),
      registration: {
        displayName: text(env.LIGHTRUN_DISPLAY_NAME),
        tags: names(env.LIGHTRUN_TAGS)?.map((name) => ({ name })),
      },
    },
    noCheckCertificate: flag(env.LIGHTRUN_NO_CHECK_CERTIFICATE),
    caPath: text(env.LIGHTRUN_CA_PATH),
    pinnedCerts: names(env.LIGHTRUN_PINNED_CERTS),
    proxy: {
      host: text(env.LIGHTRUN_PROXY_HOST),
      port: number(env.LIGHTRUN_PROXY_PORT),
      username: text(env.LIGHTRUN_PROXY_USERNAME),
      password: text(env.LIGHTRUN_PROXY_PASSWORD),
    },
    agentLog: {
      agentLogLevel: text(env.AGENT_LOG_LEVEL),
      agentLogTargetDir: text(env.AGENT_LOG_TARGET_DIR),
      agentLogMaxFileSizeMb: number(env.AGENT_LOG_MAX_FILE_SIZE_MB),
      agentLogMaxFileCount: number(env.AGENT_LOG_MAX_FILE_COUNT),
    },
    quota: {
      maxCPUCost: number(env.LIGHTRUN_MAX_CPU_COST),
      maxConditionCost: number(env.LIGHTRUN_MAX_CONDITION_COST),
      maxDynamicLogRate: number(env.LIGHTRUN_MAX_DYNAMIC_LOG_RATE),
      maxDynamicLogByteRate: number(env.LIGHTRUN_MAX_DYNAMIC_LOG_BYTE_RATE),
    },
    ignoreQuota: flag(env.LIGHTRUN_IGNORE_QUOTA),
    lightrunWaitForInit: flag(env.LIGHTRUN_WAIT_FOR_INIT),
    lightrunInitWaitTimeMs: number(env.LIGHTRUN_INIT_WAIT_TIME_MS),
    extraPaths: names(env.LIGHTRUN_EXTRA_PATHS, delimiter),
    redactionEnabled: flag(env.LIGHTRUN_REDACTION_ENABLED),
    weave: {
      nodeModules: flagOrNames(env.LIGHTRUN_WEAVE_NODE_MODULES),
      cache: flag(env.LIGHTRUN_WEAVE_CACHE),
    },
  }
  return options as StartOptions
}

/** An empty variable counts as unset: that is how shells and deployment files clear one. */
const text = (value: string | undefined) => (value === undefined || value === '' ? undefined : value)

function names(value: string | undefined, separator = ','): string[] | undefined {
  return text(value)
    ?.split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function flag(value: string | undefined): unknown {
  const lower = value?.toLowerCase()
  if (lower === 'true' || lower === '1') return true
  if (lower === 'false' || lower === '0') return false
  return text(value)
}

function number(value: string | undefined): unknown {
  const parsed = text(value) === undefined ? undefined : Number(value)
  return Number.isNaN(parsed) ? value : parsed
}

function flagOrNames(value: string | undefined): unknown {
  const parsed = flag(value)
  return typeof parsed === 'string' ? names(value) : parsed
}
