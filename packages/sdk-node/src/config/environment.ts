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
    agentLog: { agentLogLevel: text(env.AGENT_LOG_LEVEL) },
    quota: { maxCPUCost: number(env.LIGHTRUN_MAX_CPU_COST) },
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

function names(value: string | undefined): string[] | undefined {
  return text(value)
    ?.split(',')
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
  return text(value) === undefined ? undefined : Number(value)
}

function flagOrNames(value: string | undefined): unknown {
  const parsed = flag(value)
  return typeof parsed === 'string' ? names(value) : parsed
}
