import type { Client } from '@lightrun/client'
import {
  type AgentView,
  bindsTo,
  CUSTOM_PREFIX,
  type CustomSourceView,
  formatSource,
  LightrunError,
} from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { CommandError, EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { dim } from '../output/line.ts'
import { shellWord } from '../output/quote.ts'
import { table } from '../output/table.ts'
import { resolveSource } from '../resolve/find-source.ts'
import { nearest } from '../resolve/nearest.ts'

/** Most names listed in a message. */
const MAX_LISTED = 5

interface SourcesOptions {
  rm?: true
}

export function addSources(program: Command, bind: Bind): void {
  program
    .command('sources')
    .argument('[name]', 'what a set of agents is called, without custom:')
    .argument(
      '[source]',
      'the agents it is to stand for: ids, display names or tags with commas (any) or + (all) between',
    )
    .option('--rm', 'remove it')
    .description('custom sources, which are sets of agents with a name: show them, or save or remove one')
    .action(bind(sources))
}

async function sources(
  session: Session,
  name: string | undefined,
  source: string | undefined,
  { rm }: SourcesOptions,
): Promise<ExitCode> {
  if (rm && (name === undefined || source !== undefined))
    throw usageError('--rm takes the name of a custom source alone')
  const client = session.connect()
  if (name === undefined) return listSources(session, client)
  const bare = name.startsWith(CUSTOM_PREFIX) ? name.slice(CUSTOM_PREFIX.length) : name
  if (rm) return removeSource(session, client, bare)
  return source === undefined ? showSource(session, client, bare) : saveSource(session, client, bare, source)
}

async function listSources(session: Session, client: Client): Promise<ExitCode> {
  const { terminal, signal, json } = session
  const all = await client.sources({ signal })
  if (json) terminal.json(all)
  else if (all.length > 0) terminal.out(...describe(all, await client.agents({ signal }), terminal.columns))
  else terminal.err('no custom source has been saved yet; save one with:', '  lightrun sources NAME SOURCE')
  return EXIT.ok
}

async function showSource(session: Session, client: Client, name: string): Promise<ExitCode> {
  const { terminal, signal, json } = session
  const all = await client.sources({ signal })
  const found = all.find((each) => each.name === name)
  if (found === undefined) throw unknown(name, all)
  if (json) terminal.json(found)
  else terminal.out(...describe([found], await client.agents({ signal }), terminal.columns))
  return EXIT.ok
}

async function saveSource(session: Session, client: Client, name: string, source: string): Promise<ExitCode> {
  const { terminal, signal, json } = session
  const agents = await client.agents({ signal })
  const saved = await client.saveSource(name, resolveSource(agents, source), { signal })
  if (json) terminal.json(saved)
  else terminal.out(...describe([saved], agents, terminal.columns))
  terminal.err([dim('ask them: '), `lightrun log ${shellWord(CUSTOM_PREFIX + name)} FILE:LINE FORMAT`])
  return EXIT.ok
}

async function removeSource({ terminal, signal, json }: Session, client: Client, name: string): Promise<ExitCode> {
  try {
    await client.deleteSource(name, { signal })
  } catch (error) {
    throw LightrunError.is(error) ? withActions(error) : error
  }
  if (json) terminal.json({ removed: [name] })
  else terminal.out(`removed ${CUSTOM_PREFIX}${name}`)
  return EXIT.ok
}

/** What is in the way, as a command to copy. */
function withActions(error: LightrunError): Error {
  const { actions } = error.details
  const ids = Array.isArray(actions) ? actions.filter((id) => typeof id === 'string') : []
  if (ids.length === 0) return error
  return new CommandError(EXIT.refused, error.code, error.message, [`  lightrun rm ${ids.map(shellWord).join(' ')}`])
}

function describe(all: readonly CustomSourceView[], agents: readonly AgentView[], columns: number | undefined) {
  const rows = all.map(({ name, source }) => [
    CUSTOM_PREFIX + name,
    formatSource(source),
    String(agents.filter((agent) => agent.connected && bindsTo(source, agent)).length),
  ])
  return table(['SOURCE', 'STANDS FOR', 'CONNECTED'], rows, columns)
}

function unknown(name: string, all: readonly CustomSourceView[]): CommandError {
  const near = nearest(name, all, (each) => each.name, MAX_LISTED).map((each) => CUSTOM_PREFIX + each.name)
  const advice = near.length === 0 ? 'none has been saved yet' : `there are: ${near.join(', ')}`
  return new CommandError(EXIT.refused, 'source_unknown', `there is no custom source ${name}`, [advice])
}
