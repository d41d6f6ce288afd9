import { randomUUID } from 'node:crypto'
import type { Client } from '@lightrun/client'
import {
  type ActionView,
  type AgentView,
  type AskedPosition,
  bindsTo,
  formatPosition,
  formatSource,
  LightrunError,
  type NewAction,
} from '@lightrun/core'
import type { Session } from '../context.ts'
import { CommandError, EXIT, type ExitCode } from '../exit-code.ts'
import { bold, dim, type Line, yellow } from '../output/line.ts'
import { shellWord } from '../output/quote.ts'
import { taskText, taskWords } from '../render/action-text.ts'
import { withFault } from '../render/fault.ts'
import { alternatives } from '../render/next-step.ts'
import { silenceLines } from '../render/silence-lines.ts'
import { statusLines } from '../render/status-lines.ts'
import { resolveSource } from '../resolve/find-source.ts'
import { nearest } from '../resolve/nearest.ts'
import type { AskOptions } from './ask-options.ts'
import { withWhatIsSeen } from './what-is-seen.ts'

/** An agent that is connected answers in a fraction of this; longer, and a person wonders. */
export const PLACING_MS = 5_000
/** Most names listed in a message. */
const MAX_LISTED = 5

/** Asks the question, waits for the agents' word and says where it stands. */
export async function ask(session: Session, wanted: NewAction, options: AskOptions): Promise<ExitCode> {
  const { terminal, signal, json } = session
  const client = session.connect()
  const agents = await client.agents({ signal })
  const asked = await withPositions({ ...wanted, source: resolveSource(agents, wanted.source) }, session, options)
  const created = await create(client, asked, agents, signal)
  if (!json) {
    const { id, task, position } = created
    terminal.out([bold(task.type), ` ${id}  ${formatPosition(position)}  `, dim(taskText(task))])
  }
  if (!options.wait) {
    if (json) terminal.json(created)
    terminal.err(...next(created))
    return EXIT.ok
  }
  const action = await settle(client, created, session)
  if (json) terminal.json(action)
  else terminal.out(...statusLines(action.agents, action.position))
  const isPlaced = action.agents.some(({ status }) => status.state !== 'failed' && status.state !== 'received')
  terminal.err(
    ...silence(action, await client.agents({ signal }), session.clock.nowMs()),
    ...(isPlaced ? [...offers(action), ...next(action)] : instead(action)),
  )
  return isPlaced ? EXIT.ok : EXIT.refused
}

/** With what the user sees at each of the action's positions, and what an agent may do where no code is. */
async function withPositions(wanted: NewAction, { readFile }: Session, options: AskOptions): Promise<NewAction> {
  const at = async (position: AskedPosition): Promise<AskedPosition> => ({
    ...(options.check ? await withWhatIsSeen(position, readFile) : position),
    ...(options.nearest ? { nearest: true } : {}),
  })
  const { task } = wanted
  return {
    ...wanted,
    position: await at(wanted.position),
    task: task.type === 'tictoc' ? { ...task, toc: await at(task.toc) } : task,
  }
}

/** Whatever happens while we wait, the action exists by now and its id must be known. */
async function settle(client: Client, created: ActionView, { terminal, signal, json }: Session): Promise<ActionView> {
  try {
    return await client.whenPlaced(created.id, { timeoutMs: PLACING_MS, signal })
  } catch (error) {
    if (json) terminal.json(created)
    throw error
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
      throw new CommandError(EXIT.refused, error.code, error.message, sourceAdvice(asked.source, agents))
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

function sourceAdvice(written: string, agents: readonly AgentView[]): string[] {
  const known = [...new Set(agents.flatMap((agent) => [agent.displayName, ...agent.tags.map((tag) => `tag:${tag}`)]))]
  const near = nearest(written, known, (name) => name, MAX_LISTED)
  return near.length === 0
    ? ['no service has connected yet']
    : [`there are: ${near.join(', ')}`, 'see all: lightrun agents']
}

/** What is heard of nobody: no agent there, or agents that have not said a word. */
function silence(action: ActionView, agents: readonly AgentView[], nowMs: number): Line[] {
  const isThere = agents.some((agent) => agent.connected && bindsTo(action.source, agent))
  if (!isThere && action.agents.every((agent) => !agent.connected)) {
    const source = formatSource(action.source)
    return [
      [
        yellow(`no connected agent matches ${source}`),
        '; the action waits on the server and is placed when one starts',
      ],
    ]
  }
  const lines = silenceLines(action, agents, nowMs)
  return lines.length === 0 ? [] : [...lines, [dim('look again: '), `lightrun show ${shellWord(action.id)}`]]
}

function next(action: ActionView): Line[] {
  const id = shellWord(action.id)
  return [[dim('see it: '), `lightrun tail ${id}`, dim('   end it: '), `lightrun rm ${id}`]]
}

/** Nothing was placed: what to ask instead, and how to be rid of this one. */
function instead(action: ActionView): Line[] {
  return [...offers(action), [dim('end it: '), `lightrun rm ${shellWord(action.id)}`]]
}

/** Lines that the agents think are meant. */
function offers(action: ActionView): Line[] {
  return alternatives(action).map((at) => [dim('try:    '), askAgain(action, at)])
}

function askAgain({ task, source, condition }: ActionView, at: string): string {
  const words = [
    'lightrun',
    task.type,
    formatSource(source),
    at,
    ...taskWords(task),
    ...(condition === undefined ? [] : ['--condition', condition]),
  ]
  return words.map(shellWord).join(' ')
}
