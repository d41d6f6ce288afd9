import { type ActionView, type AgentView, formatSource, type Source } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { bold, dim, type Line, yellow } from '../output/line.ts'
import { isMeasurement, lossText, placeText, taskText, vcsText } from '../render/action-text.ts'
import { passesText, whyNoHits } from '../render/passes.ts'
import { silenceLines } from '../render/silence-lines.ts'
import { metricsLines } from '../render/statistics-lines.ts'
import { statusLines } from '../render/status-lines.ts'
import { span } from '../render/time.ts'
import { findAction } from '../resolve/find-action.ts'
import { actionState } from './actions.ts'

export function addShow(program: Command, bind: Bind): void {
  program
    .command('show')
    .argument('<id>', 'the id of an action, or its beginning')
    .description('one action, and where each agent stands with it')
    .action(bind(showAction))
}

async function showAction({ connect, terminal, clock, signal, json }: Session, id: string): Promise<ExitCode> {
  const client = connect()
  const action = await findAction(client, id, signal)
  if (json) terminal.json(action)
  else terminal.out(...describe(action, await client.agents({ signal }), clock.nowMs()))
  if (!json && isMeasurement(action.task)) {
    terminal.out([dim('measured')], ...metricsLines(await client.metrics(action.id, { signal })))
  }
  return EXIT.ok
}

function describe(action: ActionView, agents: readonly AgentView[], nowMs: number): Line[] {
  const field = (name: string, value: Line[number] | undefined): Line[] =>
    value === undefined || value === '' ? [] : [['  ', dim(name.padEnd(10)), value]]
  const { task } = action
  const why = whyNoHits(action, nowMs)
  const answers = [...statusLines(action.agents, action.position), ...silenceLines(action, agents, nowMs)]
  return [
    [bold(task.type), ` ${action.id}`],
    ...field('where', placeText(action)),
    ...field('source', sourceText(action.source)),
    ...field(WHAT[task.type], taskText(task)),
    ...(task.type === 'log' ? [...field('level', task.level), ...field('target', task.targets.join(', '))] : []),
    ...field('condition', action.condition),
    ...field('code', vcsText(action)),
    ...field('state', actionState(action)),
    ...field('hits', hitsText(action)),
    ...field('quota', action.ignoreQuota ? 'ignored' : undefined),
    ...field('passed', passesText(action)),
    ...field('lost', lossText(action)),
    ...field('asked', `${span(nowMs - action.createdAtMs)} ago`),
    ...(action.state === 'active' ? field('expires', `in ${span(action.expiresAtMs - nowMs)}`) : []),
    [dim('agents')],
    ...(answers.length === 0 ? [[dim('  none has answered yet')] as Line] : answers),
    ...(why === undefined ? [] : [[yellow(why)] as Line]),
  ]
}

/** With what custom sources stand for now. */
function sourceText(source: Source): string {
  const customs = ('of' in source ? source.of : [source]).filter((each) => each.kind === 'custom')
  const meanings = customs.map(({ value, is }) => `${value}: ${is === undefined ? 'removed' : formatSource(is)}`)
  return meanings.length === 0 ? formatSource(source) : `${formatSource(source)} (${meanings.join('; ')})`
}

function hitsText({ hitCount, maxHits, maxHitsPerAgent }: ActionView): string {
  const all = maxHits === undefined ? String(hitCount) : `${hitCount} of ${maxHits}`
  return maxHitsPerAgent === undefined ? all : `${all}, at most ${maxHitsPerAgent} of each agent`
}

const WHAT = {
  log: 'format',
  snapshot: 'watches',
  counter: 'name',
  metric: 'name',
  tictoc: 'name',
  duration: 'name',
} as const
