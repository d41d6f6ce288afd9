import { LightrunError } from '@lightrun/core'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_HOST, DEFAULT_PORT } from '../server.ts'
import { DEFAULT_STORAGE } from '../storage/open-storage.ts'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export interface CommandOptions {
  storage: string
  host: string
  port: number
  publicUrl?: string
  bootstrapFile?: string
  logLevel: (typeof LOG_LEVELS)[number]
}

export type ParsedCommand = { status: 'run'; options: CommandOptions } | { status: 'said'; text: string }

/**
 * `said`: help or version was asked for.
 *
 * @throws LightrunError `config_invalid` for anything the command does not know.
 */
export function parseCommand(
  args: readonly string[],
  { env, version }: { env: Readonly<Record<string, string | undefined>>; version: string },
): ParsedCommand {
  let said = ''
  const command = new Command('lightrun-server')
    .description('The management server of live observability: agents, actions, results.')
    .version(version)
    .addOption(
      new Option('--storage <where>', 'pglite:DIRECTORY or postgres://… (environment: LIGHTRUN_STORAGE)').default(
        env.LIGHTRUN_STORAGE || DEFAULT_STORAGE,
        DEFAULT_STORAGE,
      ),
    )
    .option('--host <address>', 'address to listen on', DEFAULT_HOST)
    .option('--port <number>', 'port to listen on; 0: any free one', toPort, DEFAULT_PORT)
    .option('--public-url <url>', 'where agents and clients reach the server, if not where it listens', toUrl)
    .option('--bootstrap-file <file>', 'write the keys of the first start there (mode 0600) and do not print them')
    .addOption(new Option('--log-level <level>', 'of the log on stderr').choices(LOG_LEVELS).default('info'))
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => {
        said += text
      },
      writeErr: () => {},
    })
    .exitOverride()
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { status: 'said', text: said }
    const what = error.message.replace(/^error: /, '')
    throw new LightrunError('config_invalid', `${what}; lightrun-server --help lists the options`, { cause: error })
  }
  return { status: 'run', options: command.opts<CommandOptions>() }
}

function toPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('a port is a whole number from 0 to 65535.')
}

function toUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('an address starts with http:// or https://.')
}
