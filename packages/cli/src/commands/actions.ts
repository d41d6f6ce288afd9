import { type ActionView, formatSource } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { dim, green, red, type Span, yellow } from '../output/line.ts'
import { table } from '../output/table.ts'
import { placeText, taskText } from '../render/action-text.ts'
import { silentState } from '../render/passes.ts'
import { span } from '../render/time.ts'
import { shortIds } from '../resolve/short-ids.ts'

export function addActions(program: Command, bind: Bind): void {
  program.command('actions').description('what was asked, and how it goes').action(bind(listActions))
}

async function listActions({ connect, terminal, clock, signal, json }: Session): Promise<ExitCode> {
  const actions = await connect().actions({ signal })
  if (json) {
    terminal.json(actions)
    return EXIT.ok
  }
  if (actions.length === 0) {
    terminal.err("nothing is being asked; ask: lightrun log SOURCE FILE:LINE 'text {expression}'")
    return EXIT.ok
  }
  const short = shortIds(actions.map((action) => action.id))
  const nowMs = clock.nowMs()
  const rows = actions.map((action) => [
    short.get(action.id) ?? action.id,
    action.task.type,
    placeText(action),
    formatSource(action.source),
    actionState(action),
    String(action.hitCount),
    action.state === 'active' ? `in ${span(action.expiresAtMs - nowMs)}` : dim('-'),
    dim(taskText(action.task)),
  ])
  terminal.out(...table(['ID', 'TYPE', 'WHERE', 'SOURCE', 'STATE', 'HITS', 'EXPIRES', 'WHAT'], rows, terminal.columns))
  return EXIT.ok
}

/** An action that every agent refuses is not simply active. */
export function actionState(action: ActionView): Span {
  if (action.state !== 'active') return dim(action.state)
  const states = action.agents.filter((agent) => agent.connected).map((agent) => agent.status.state)
  if (states.length === 0) return yellow('waiting')
  if (states.every((state) => state === 'failed')) return red('failed')
  if (states.includes('throttled')) return yellow('throttled')
  const silent = silentState(action)
  return silent === undefined ? green('active') : yellow(silent)
}
