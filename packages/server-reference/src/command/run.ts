import { type Bootstrap, LightrunError } from '@lightrun/core'
import { pino } from 'pino'
import { createServer } from '../server.ts'
import { openBootstrapFile } from './bootstrap-file.ts'
import { parseCommand } from './options.ts'

export interface World {
  env: Readonly<Record<string, string | undefined>>
  version: string
  print(text: string): void
  complain(text: string): void
  /** Aborts when the process is asked to stop. */
  stop: AbortSignal
}

/** The command, from its arguments to its exit code: 0, 1 for a failure, 2 for a command that makes no sense. */
export async function run(args: readonly string[], world: World): Promise<number> {
  try {
    const parsed = parseCommand(args, world)
    if (parsed.status === 'said') {
      world.print(parsed.text.trimEnd())
      return 0
    }
    await serve(parsed.options, world)
    return 0
  } catch (error) {
    if (!LightrunError.is(error)) throw error
    world.complain(`lightrun-server: ${error.message} (${error.code})`)
    return error.code === 'config_invalid' ? 2 : 1
  }
}

type Options = Extract<ReturnType<typeof parseCommand>, { status: 'run' }>['options']

async function serve({ bootstrapFile, logLevel, ...options }: Options, { print, stop }: World): Promise<void> {
  const file = bootstrapFile === undefined ? undefined : openBootstrapFile(bootstrapFile)
  const log = pino({ level: logLevel, name: 'lightrun-server' }, pino.destination({ dest: 2, sync: true }))
  const server = createServer({ ...options, log })
  const { url, firstKeys, notes } = await server.listen(
    file && {
      check: (opened) => file.check(opened.storage.db, opened.url),
      deliverKeys: file.write,
    },
  )
  try {
    for (const note of notes) log.warn(note)
    if (firstKeys !== undefined) print(introduce(firstKeys, bootstrapFile))
    print(`lightrun-server listens on ${url}`)
    await stopped(stop)
    log.info('stopping')
  } finally {
    await server.close()
  }
}

function introduce({ apiKey, lightrunSecret }: Bootstrap, bootstrapFile: string | undefined): string {
  if (bootstrapFile !== undefined) return `First start: the keys are in ${bootstrapFile}.`
  return [
    'First start: these keys are shown this one time.',
    `  API key, for people (LIGHTRUN_API_KEY):   ${apiKey}`,
    `  Pool key, for agents (LIGHTRUN_SECRET):   ${lightrunSecret}`,
  ].join('\n')
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
