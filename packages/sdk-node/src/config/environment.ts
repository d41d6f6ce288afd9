import { delimiter } from 'node:path'
import type { StartOptions } from './start-options.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Read = (value: string | undefined) => unknown

/** What each variable sets. What does not parse is passed on as text, for validation to name. */
const VARIABLES: readonly (readonly [variable: string, option: string, read: Read])[] = [
  ['LIGHTRUN_SECRET', 'lightrunSecret', text],
  ['LIGHTRUN_API_ENDPOINT', 'apiEndpoint', text],
  ['LIGHTRUN_METADATA_FILE', 'metadata.filename', text],
  ['LIGHTRUN_DISPLAY_NAME', 'metadata.registration.displayName', text],
  ['LIGHTRUN_TAGS', 'metadata.registration.tags', tags],
  ['LIGHTRUN_NO_CHECK_CERTIFICATE', 'noCheckCertificate', flag],
  ['LIGHTRUN_CA_PATH', 'caPath', text],
  ['LIGHTRUN_PINNED_CERTS', 'pinnedCerts', names],
  ['LIGHTRUN_PROXY_HOST', 'proxy.host', text],
  ['LIGHTRUN_PROXY_PORT', 'proxy.port', number],
  ['LIGHTRUN_PROXY_USERNAME', 'proxy.username', text],
  ['LIGHTRUN_PROXY_PASSWORD', 'proxy.password', text],
  ['AGENT_LOG_LEVEL', 'agentLog.agentLogLevel', text],
  ['AGENT_LOG_TARGET_DIR', 'agentLog.agentLogTargetDir', text],
  ['AGENT_LOG_MAX_FILE_SIZE_MB', 'agentLog.agentLogMaxFileSizeMb', number],
  ['AGENT_LOG_MAX_FILE_COUNT', 'agentLog.agentLogMaxFileCount', number],
  ['LIGHTRUN_MAX_CPU_COST', 'quota.maxCPUCost', number],
  ['LIGHTRUN_MAX_CONDITION_COST', 'quota.maxConditionCost', number],
  ['LIGHTRUN_MAX_DYNAMIC_LOG_RATE', 'quota.maxDynamicLogRate', number],
  ['LIGHTRUN_MAX_DYNAMIC_LOG_BYTE_RATE', 'quota.maxDynamicLogByteRate', number],
  ['LIGHTRUN_IGNORE_QUOTA', 'ignoreQuota', flag],
  ['LIGHTRUN_WAIT_FOR_INIT', 'lightrunWaitForInit', flag],
  ['LIGHTRUN_INIT_WAIT_TIME_MS', 'lightrunInitWaitTimeMs', number],
  ['LIGHTRUN_EXTRA_PATHS', 'extraPaths', paths],
  ['LIGHTRUN_REDACTION_ENABLED', 'redactionEnabled', flag],
  ['LIGHTRUN_WEAVE_NODE_MODULES', 'weave.nodeModules', flagOrNames],
  ['LIGHTRUN_WEAVE_CACHE', 'weave.cache', flag],
]

/** What else is read, or set for the command and the server of the same machine. */
const OTHER_VARIABLES = ['LIGHTRUN_AGENT_CONFIG', 'LIGHTRUN_SERVER', 'LIGHTRUN_API_KEY', 'LIGHTRUN_STORAGE']

export const KNOWN_VARIABLES: readonly string[] = [...VARIABLES.map(([variable]) => variable), ...OTHER_VARIABLES]

/** The options that environment variables set. */
export function optionsFromEnvironment(env: Environment): StartOptions {
  const options: Group = {}
  for (const [variable, option, read] of VARIABLES) {
    const value = read(env[variable])
    if (value !== undefined) set(options, option.split('.'), value)
  }
  return options as StartOptions
}

/** What sets an option, or the one that it is a part of: a tag, say. */
export function variableOf(path: string): string | undefined {
  return VARIABLES.find(([, option]) => path === option || path.startsWith(`${option}.`))?.[0]
}

interface Group {
  [name: string]: unknown
}

function set(options: Group, path: readonly string[], value: unknown): void {
  let group = options
  for (const name of path.slice(0, -1)) {
    group[name] ??= {}
    group = group[name] as Group
  }
  group[path.at(-1)!] = value
}

/** An empty variable counts as unset: that is how shells and deployment files clear one. */
function text(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function names(value: string | undefined, separator = ','): string[] | undefined {
  return text(value)
    ?.split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function tags(value: string | undefined): { name: string }[] | undefined {
  return names(value)?.map((name) => ({ name }))
}

function paths(value: string | undefined): string[] | undefined {
  return names(value, delimiter)
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
