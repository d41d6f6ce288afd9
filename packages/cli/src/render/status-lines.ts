import type { ActionStatus, AgentStatus, SourcePosition } from '@lightrun/core'
import { dim, green, type Line, red, type Span, yellow } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { displayWidth } from '../output/width.ts'
import { agentName } from './agent-name.ts'
import { noteLines } from './placement-notes.ts'

/** One line for each agent's answer; agents of one name that say the same share a line, worker threads one of their own. */
export function statusLines(agents: readonly AgentStatus[], asked: SourcePosition): Line[] {
  const groups = new Map<string, { agent: AgentStatus; count: number }>()
  for (const agent of agents) {
    const key = JSON.stringify([agent.displayName, agent.worker !== undefined, agent.connected, agent.status])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { agent, count: 1 })
    else group.count += 1
  }
  const rows = [...groups.values()].map(({ agent, count }) => ({
    name: plain(count === 1 ? agentName(agent) : `${groupName(agent)} ×${count}`),
    agent,
  }))
  const width = Math.max(0, ...rows.map((row) => displayWidth(row.name)))
  return rows.flatMap(({ name, agent }) => {
    const { mark, text } = statusText(agent.status, asked)
    const away = agent.connected ? [] : [dim('  (not connected)')]
    const line: Line = ['  ', mark, ' ', name, ' '.repeat(width - displayWidth(name) + 2), ...text, ...away]
    return [line, ...noteLines(agent.status, asked)]
  })
}

const groupName = ({ displayName, worker }: AgentStatus) =>
  worker === undefined ? displayName : `${displayName} workers`

interface StatusText {
  mark: Span
  text: readonly (string | Span)[]
}

export function statusText(status: ActionStatus, asked?: SourcePosition): StatusText {
  switch (status.state) {
    case 'received':
      return { mark: dim('…'), text: [dim('received, not placed yet')] }
    case 'placed':
    case 'hitting': {
      const moved = asked !== undefined && asked.line !== status.position.line
      const where = moved ? [` at line ${status.position.line}`] : []
      const engine = status.engine === 'inspector' ? [dim(`  ${byInspector(status.reason)}`)] : []
      return { mark: green('✓'), text: [status.state, ...where, ...engine, ...blocked(status)] }
    }
    case 'throttled':
      return { mark: yellow('!'), text: ['throttled: ', status.message] }
    case 'waiting':
      return {
        mark: dim('…'),
        text: [`has had its share of the hits (${status.hits}); waits whether others need theirs`],
      }
    case 'ended':
      return { mark: dim('■'), text: [dim(status.message ?? END_WORDS[status.reason])] }
    case 'failed':
      return { mark: red('✗'), text: [dim(`${status.code}: `), status.message] }
  }
}

function byInspector(reason: string | undefined): string {
  const why = reason === undefined ? '' : `, because ${plain(reason)}`
  return `by the inspector${why}: slower on a hot line`
}

/** Why the answer came late. */
function blocked({ blockedMs }: { blockedMs?: number | undefined }): Span[] {
  return blockedMs === undefined
    ? []
    : [dim(`  once its event loop was free, after ${(blockedMs / 1_000).toFixed(1)} s`)]
}

const END_WORDS = {
  expired: 'ended: expired',
  hit_limit: 'ended: hit limit reached',
  removed: 'ended: removed',
  stopped: 'ended: the agent left',
  detached: 'off: the agent is detached',
} as const
