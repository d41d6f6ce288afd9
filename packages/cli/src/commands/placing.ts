import type { Client } from '@lightrun/client'
import { type ActionStatus, type ActionView, type AgentView, bindsTo, formatSource } from '@lightrun/core'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { bold, dim, type Line, yellow } from '../output/line.ts'
import { shellWord } from '../output/quote.ts'
import { placeText, taskText, taskWords } from '../render/action-text.ts'
import { alternatives } from '../render/next-step.ts'
import { silenceLines } from '../render/silence-lines.ts'
import { statusLines } from '../render/status-lines.ts'

/** An agent that is connected answers in a fraction of this; longer, and a person wonders. */
export const PLACING_MS = 5_000

/** Shows an action that was just made, waits for the agents' word unless told otherwise, and says where it stands. */
export async function showPlacing(
  session: Session,
  client: Client,
  created: ActionView,
  { wait }: { wait: boolean },
): Promise<ExitCode> {
  const { terminal, signal, json } = session
  if (!json) {
    const { id, task } = created
    terminal.out([bold(task.type), ` ${id}  ${placeText(created)}  `, dim(taskText(task))])
  }
  if (!wait) {
    if (json) terminal.json(created)
    terminal.err(...next(created))
    return EXIT.ok
  }
  const action = await settle(client, created, session)
  if (json) terminal.json(action)
  else terminal.out(...statusLines(action.agents, action.position))
  const isPlaced = action.agents.some(({ status }) => wasPlaced(status))
  terminal.err(
    ...silence(action, await client.agents({ signal }), session.clock.nowMs()),
    ...(isPlaced ? [...offers(action), ...next(action)] : instead(action)),
  )
  return isPlaced ? EXIT.ok : EXIT.refused
}

/** An action may be over already, but an agent that was detached, or has stopped, never began. */
function wasPlaced(status: ActionStatus): boolean {
  if (status.state === 'ended') return status.reason !== 'detached' && status.reason !== 'stopped'
  return status.state !== 'failed' && status.state !== 'received'
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

/** What is heard of nobody: no agent there, or agents that have not said a word. */
function silence(action: ActionView, agents: readonly AgentView[], nowMs: number): Line[] {
  if (action.state === 'expired' && !action.agents.some(({ status }) => wasPlaced(status))) {
    return [[yellow('it expired before an agent had placed it'), '; ask again with a longer --expire']]
  }
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

function askAgain({ task, source, at: moment, condition }: ActionView, at: string): string {
  const words = [
    'lightrun',
    task.type,
    formatSource(source),
    at,
    ...taskWords(task),
    ...(moment === undefined ? [] : ['--at', moment]),
    ...(condition === undefined ? [] : ['--condition', condition]),
  ]
  return words.map(shellWord).join(' ')
}
