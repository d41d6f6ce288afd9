import { LightrunError, parse } from '@lightrun/core'
import * as z from 'zod/mini'
import { type Config, toConfig } from './config.ts'
import { optionsFromEnvironment } from './environment.ts'
import { mergeOptions } from './merge-options.ts'
import { siftNotYet } from './not-yet.ts'
import type { StartOptions } from './start-options.ts'

/** Where options come from besides the caller; passed in so that tests need no files and no process. */
export interface ConfigSources {
  env: Readonly<Record<string, string | undefined>>
  readFile(path: string): string
  hostname(): string
}

const Count = z.int().check(z.minimum(0), z.maximum(10_000_000))
const isLogger = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  ['info', 'warn', 'error'].every((level) => typeof (value as Record<string, unknown>)[level] === 'function')

const Registration = z.strictObject({
  displayName: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  tags: z.optional(
    z.array(z.object({ name: z.string().check(z.minLength(1), z.maxLength(500)) })).check(z.maxLength(50)),
  ),
})
const Metadata = z.object({ registration: z.optional(Registration) })

const Options = z.strictObject({
  lightrunSecret: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  apiEndpoint: z.optional(z.string().check(z.refine(isHttpUrl, 'must be an http:// or https:// URL'))),
  metadata: z.optional(z.strictObject({ filename: z.optional(z.string()), registration: z.optional(Registration) })),
  noCheckCertificate: z.optional(z.boolean()),
  caPath: z.optional(z.string()),
  log: z.optional(
    z.strictObject({ logger: z.optional(z.custom(isLogger, 'must have the functions info, warn and error')) }),
  ),
  agentLog: z.optional(
    z.strictObject({ agentLogLevel: z.optional(z.enum(['debug', 'info', 'warn', 'error', 'off'])) }),
  ),
  capture: z.optional(
    z.strictObject({
      maxFrames: z.optional(Count),
      maxProperties: z.optional(Count),
      maxWatchProperties: z.optional(Count),
      maxVariableDepth: z.optional(Count),
      maxVariableSize: z.optional(Count),
      maxWatchListVariableSize: z.optional(Count),
      maxSnapshotBufferSize: z.optional(Count),
    }),
  ),
  quota: z.optional(z.strictObject({ maxCPUCost: z.optional(z.number().check(z.positive(), z.maximum(100))) })),
  redactionEnabled: z.optional(z.boolean()),
  lightrunInitWaitTimeMs: z.optional(Count),
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
  const notYet = new Set<string>()
  const validate = (options: unknown, origin: string): StartOptions => {
    const sifted = siftNotYet(options)
    for (const name of sifted.notYet) notYet.add(name)
    return check(Options, sifted.options, origin) as StartOptions
  }
  const fromEnvironment = validate(optionsFromEnvironment(sources.env), 'the environment')
  const fromCaller = validate(given, 'lightrun.start()')
  const file = sources.env.LIGHTRUN_AGENT_CONFIG
  const fromFile = file ? validate(readJson(file, 'LIGHTRUN_AGENT_CONFIG', sources), file) : {}
  const options = mergeOptions(fromEnvironment, fromCaller, fromFile)

  const metadataFile = options.metadata?.filename
  const merged = metadataFile
    ? mergeOptions(fromEnvironment, fromCaller, { metadata: readMetadata(metadataFile, sources) }, fromFile)
    : options
  if (merged.lightrunSecret === undefined) {
    throw new LightrunError(
      'config_invalid',
      'lightrunSecret is missing: set LIGHTRUN_SECRET or pass { lightrunSecret } to lightrun.start(); the server prints the pool key when the pool is made',
    )
  }
  return { ...toConfig(merged, merged.lightrunSecret, sources.hostname()), notYet: [...notYet] }
}

function readMetadata(path: string, sources: ConfigSources): NonNullable<StartOptions['metadata']> {
  return check(Metadata, readJson(path, 'metadata.filename', sources), path) as NonNullable<StartOptions['metadata']>
}

function check<T>(schema: z.ZodMiniType<T>, input: unknown, origin: string): T {
  const parsed = parse(schema, input, 'options')
  if (parsed.status === 'ok') return parsed.value
  throw new LightrunError('config_invalid', `${origin}: ${parsed.message}`, { details: { origin } })
}

function readJson(path: string, option: string, sources: ConfigSources): unknown {
  try {
    return JSON.parse(sources.readFile(path))
  } catch (cause) {
    throw new LightrunError('config_invalid', `${option} names ${path}, which cannot be read as JSON`, { cause })
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
