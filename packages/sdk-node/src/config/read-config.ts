import { isIP } from 'node:net'
import { LightrunError, parse } from '@lightrun/core'
import * as z from 'zod/mini'
import { type Config, toConfig } from './config.ts'
import { optionsFromEnvironment, variableOf } from './environment.ts'
import { mergeOptions } from './merge-options.ts'
import { misspeltVariables } from './misspelt-variables.ts'
import type { StartOptions } from './start-options.ts'

/** Where options come from besides the caller; passed in so that tests need no files and no process. */
export interface ConfigSources {
  env: Readonly<Record<string, string | undefined>>
  readFile(path: string): string
  hostname(): string
}

/** SHA-256: 32 bytes. */
const PIN = /^(sha256[/:])?([0-9a-f]{64}|([0-9a-f]{2}:){31}[0-9a-f]{2}|[A-Za-z0-9+/]{43}=)$/i
/** A day: whoever gives more has mistaken the unit. */
const MAX_INIT_WAIT_MS = 86_400_000

const Count = z.int().check(z.minimum(0), z.maximum(10_000_000))
const isLogger = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  ['info', 'warn', 'error'].every((level) => typeof (value as Record<string, unknown>)[level] === 'function')

const Share = z.number().check(z.positive(), z.maximum(100))
const Rate = z.number().check(z.positive())
const Text = z.string().check(z.minLength(1), z.maxLength(1_000))

const Registration = z.strictObject({
  displayName: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  tags: z.optional(
    z.array(z.object({ name: z.string().check(z.minLength(1), z.maxLength(500)) })).check(z.maxLength(50)),
  ),
})
const Metadata = z.object({ registration: z.optional(Registration) })

/** Every option there is, and what it takes. */
export const Options = z.strictObject({
  lightrunSecret: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  apiEndpoint: z.optional(z.string().check(z.refine(isHttpUrl, 'must be an http:// or https:// URL'))),
  metadata: z.optional(z.strictObject({ filename: z.optional(z.string()), registration: z.optional(Registration) })),
  noCheckCertificate: z.optional(z.boolean()),
  caPath: z.optional(Text),
  pinnedCerts: z.optional(
    z
      .array(z.string().check(z.regex(PIN, 'must be a SHA-256 in base64 or hexadecimal digits')))
      .check(z.minLength(1), z.maxLength(20)),
  ),
  proxy: z.optional(
    z.strictObject({
      host: z.optional(Text.check(z.refine(isHost, 'must be a name or an address, without a scheme or a port'))),
      port: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
      username: z.optional(Text.check(z.refine((name) => !name.includes(':'), 'must have no colon'))),
      password: z.optional(Text),
    }),
  ),
  log: z.optional(
    z.strictObject({ logger: z.optional(z.custom(isLogger, 'must have the functions info, warn and error')) }),
  ),
  agentLog: z.optional(
    z.strictObject({
      agentLogLevel: z.optional(z.enum(['debug', 'info', 'warn', 'error', 'off'])),
      agentLogTargetDir: z.optional(Text),
      agentLogMaxFileSizeMb: z.optional(z.number().check(z.positive(), z.maximum(1_000))),
      agentLogMaxFileCount: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
    }),
  ),
  capture: z.optional(
    z.strictObject({
      maxFrames: z.optional(Count),
      maxExpandFrames: z.optional(Count.check(z.minimum(1))),
      includeNodeModules: z.optional(z.boolean()),
      maxProperties: z.optional(Count),
      maxWatchProperties: z.optional(Count),
      maxVariableDepth: z.optional(Count),
      maxVariableSize: z.optional(Count),
      maxWatchListVariableSize: z.optional(Count),
      maxSnapshotBufferSize: z.optional(Count),
    }),
  ),
  quota: z.optional(
    z.strictObject({
      maxCPUCost: z.optional(Share),
      maxConditionCost: z.optional(Share),
      maxDynamicLogRate: z.optional(Rate),
      maxDynamicLogByteRate: z.optional(Rate),
      ignoreQuota: z.optional(z.boolean()),
    }),
  ),
  ignoreQuota: z.optional(z.boolean()),
  redactionEnabled: z.optional(z.boolean()),
  lightrunWaitForInit: z.optional(z.boolean()),
  lightrunInitWaitTimeMs: z.optional(z.int().check(z.minimum(0), z.maximum(MAX_INIT_WAIT_MS))),
  extraPaths: z.optional(z.array(Text).check(z.maxLength(100))),
  transport: z.optional(z.custom((value) => typeof value === 'function', 'must be a function')),
  weave: z.optional(
    z.strictObject({
      nodeModules: z.optional(z.union([z.boolean(), z.array(z.string())])),
      cache: z.optional(z.union([z.boolean(), z.string().check(z.minLength(1))])),
    }),
  ),
})

/**
 * Environment > caller > file > defaults.
 * @throws LightrunError `config_invalid`, which names the option, where it came from and what it takes.
 */
export function readConfig(given: StartOptions, sources: ConfigSources): Config {
  const validate = (options: unknown, origin: string, nameOf?: (path: string) => string) =>
    check(Options, options, origin, nameOf) as StartOptions
  const fromEnvironment = validate(
    optionsFromEnvironment(sources.env),
    'the environment',
    (path) => variableOf(path) ?? path,
  )
  const fromCaller = validate(given, 'lightrun.start()')
  const file = sources.env.LIGHTRUN_AGENT_CONFIG
  const fromFile = file ? validate(readJson(file, 'LIGHTRUN_AGENT_CONFIG', sources), file) : {}
  const options = mergeOptions(fromEnvironment, fromCaller, fromFile)

  const metadataFile = options.metadata?.filename
  const merged = metadataFile
    ? mergeOptions(fromEnvironment, fromCaller, { metadata: readMetadata(metadataFile, sources) }, fromFile)
    : options
  if (merged.lightrunSecret === undefined) {
    const missing =
      'lightrunSecret is missing: set LIGHTRUN_SECRET or pass { lightrunSecret } to lightrun.start(); the server prints the pool key when the pool is made'
    throw new LightrunError('config_invalid', [missing, ...misspeltVariables(sources.env)].join('; '))
  }
  const { proxy } = merged
  if (proxy !== undefined && (proxy.host === undefined) !== (proxy.port === undefined)) {
    throw new LightrunError(
      'config_invalid',
      'proxy needs both, a host and a port (LIGHTRUN_PROXY_HOST, LIGHTRUN_PROXY_PORT)',
    )
  }
  return toConfig(merged, merged.lightrunSecret, sources.hostname())
}

function readMetadata(path: string, sources: ConfigSources): NonNullable<StartOptions['metadata']> {
  return check(Metadata, readJson(path, 'metadata.filename', sources), path) as NonNullable<StartOptions['metadata']>
}

function check<T>(schema: z.ZodMiniType<T>, input: unknown, origin: string, nameOf?: (path: string) => string): T {
  const parsed = parse(schema, input, { whole: 'options', ...(nameOf && { nameOf }) })
  if (parsed.status === 'ok') return parsed.value
  throw new LightrunError('config_invalid', `${origin}: ${parsed.message}`, { details: { origin } })
}

function readJson(path: string, option: string, sources: ConfigSources): unknown {
  const refusal = (why: string, cause: unknown) =>
    new LightrunError('config_invalid', `${option} names ${path}, ${why}`, { cause })
  let text: string
  try {
    text = sources.readFile(path)
  } catch (cause) {
    throw refusal(`which cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    // What the parser says quotes the text, which holds a key.
    throw refusal('which is not JSON', cause)
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(text)
}
