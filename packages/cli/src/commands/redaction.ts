import { readFile } from 'node:fs/promises'
import { LightrunError, parse, RedactionPolicy } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { dim, type Line } from '../output/line.ts'

export function addRedaction(program: Command, bind: Bind): void {
  program
    .command('redaction')
    .argument('[file]', 'a JSON file with the policy to set; as printed with --json')
    .description('what never leaves the services: show it, or set it')
    .action(bind(redaction))
}

async function redaction({ connect, terminal, signal, json }: Session, file: string | undefined): Promise<ExitCode> {
  const client = connect()
  const policy =
    file === undefined
      ? await client.policy({ signal })
      : await client.setRedaction(await readRedaction(file), { signal })
  if (json) terminal.json(policy.redaction)
  else terminal.out(...describe(policy.redaction))
  return EXIT.ok
}

async function readRedaction(file: string): Promise<RedactionPolicy> {
  try {
    const parsed = parse(RedactionPolicy, JSON.parse(await readFile(file, 'utf8')), { exact: true })
    if (parsed.status === 'ok') return parsed.value
    throw new LightrunError('config_invalid', `${file}: ${parsed.message}`)
  } catch (error) {
    if (LightrunError.is(error)) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new LightrunError('config_invalid', `${file} cannot be used as a redaction policy: ${why}`)
  }
}

function describe({ defaultNames, names, showOnly, packs, patterns }: RedactionPolicy): Line[] {
  const field = (name: string, values: readonly string[]): Line => [dim(name.padEnd(10)), values.join(', ') || 'none']
  return [
    field('names', [...(defaultNames ? ['the usual secrets'] : []), ...names]),
    ...(showOnly === undefined ? [] : [field('show only', showOnly)]),
    field('packs', packs),
    field(
      'patterns',
      patterns.map(({ name, pattern }) => `${name} /${pattern}/`),
    ),
  ]
}
