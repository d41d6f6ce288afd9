import { randomUUID } from 'node:crypto'
import type { Client } from '@lightrun/client'
import {
  type ActionView,
  type AgentView,
  type AskedPosition,
  CUSTOM_PREFIX,
  LightrunError,
  type NewAction,
  TAG_PREFIX,
} from '@lightrun/core'
import type { Session } from '../context.ts'
import { CommandError, EXIT, type ExitCode } from '../exit-code.ts'
import { withFault } from '../render/fault.ts'
import { resolveSource } from '../resolve/find-source.ts'
import { nearest } from '../resolve/nearest.ts'
import type { AskOptions } from './ask-options.ts'
import { showPlacing } from './placing.ts'
import { checkedOut } from './vcs.ts'
import { withWhatIsSeen } from './what-is-seen.ts'

/** Most names listed in a message. */
const MAX_LISTED = 5

/** Asks the question, waits for the agents' word and says where it stands. */
export async function ask(session: Session, wanted: NewAction, options: AskOptions): Promise<ExitCode> {
  const { signal } = session
  const client = session.connect()
  const agents = await client.agents({ signal })
  const asked = await withPositions({ ...wanted, source: resolveSource(agents, wanted.source) }, session, options)
  const created = await create(client, asked, agents, signal)
  return showPlacing(session, client, created, options)
}

/** With what the user sees at each of the action's positions, and what an agent may do where no code is. */
async function withPositions(wanted: NewAction, { readFile }: Session, options: AskOptions): Promise<NewAction> {
  const at = async (position: AskedPosition): Promise<AskedPosition> => ({
    ...(options.check ? await withWhatIsSeen(position, readFile) : position),
    ...(options.nearest ? { nearest: true } : {}),
  })
  const { task } = wanted
  const vcs = options.check ? await checkedOut(readFile) : undefined
  return {
    ...wanted,
    ...(vcs === undefined ? {} : { vcs }),
    position: await at(wanted.position),
    task: task.type === 'tictoc' ? { ...task, toc: await at(task.toc) } : task,
  }
}

/** A refusal that has more to show than its message: the fault in the expression, the sources there are. */
async function create(
  client: Client,
  asked: NewAction,
  agents: readonly AgentView[],
  signal: AbortSignal,
): Promise<ActionView> {
  try {
    return await createOnce(client, asked, signal)
  } catch (error) {
    if (!LightrunError.is(error)) throw error
    if (error.code === 'source_unknown') {
      // Advice must not hide what it is about.
      const customs = await client.sources({ signal }).catch(() => [])
      const names = [...namesOf(agents), ...customs.map(({ name }) => CUSTOM_PREFIX + name)]
      throw new CommandError(EXIT.refused, error.code, error.message, sourceAdvice(asked.source, names))
    }
    throw withFault(error, asked)
  }
}

/** A connection that broke may have broken after the action was made: asking again with the same key finds out. */
async function createOnce(client: Client, asked: NewAction, signal: AbortSignal): Promise<ActionView> {
  const call = { signal, idempotencyKey: randomUUID() }
  try {
    return await client.createAction(asked, call)
  } catch (error) {
    if (!LightrunError.is(error) || error.code !== 'server_unreachable') throw error
    return client.createAction(asked, call)
  }
}

function namesOf(agents: readonly AgentView[]): string[] {
  return [...new Set(agents.flatMap((agent) => [agent.displayName, ...agent.tags.map((tag) => TAG_PREFIX + tag)]))]
}

function sourceAdvice(written: string, known: readonly string[]): string[] {
  const near = nearest(written, known, (name) => name, MAX_LISTED)
  return near.length === 0
    ? ['no service has connected yet']
    : [`there are: ${near.join(', ')}`, 'see all: lightrun agents']
}
