import { type ActionPatch, type ActionView, formatPosition, LightrunError, LOG_LEVELS, type Task } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { bold, dim } from '../output/line.ts'
import { parseLocation } from '../parse/location.ts'
import { parseChoice, parseCount, parseDuration } from '../parse/numbers.ts'
import { taskText } from '../render/action-text.ts'
import { withFault } from '../render/fault.ts'
import { findAction } from '../resolve/find-action.ts'

interface EditOptions {
  at?: string
  condition?: string | false
  expire?: string
  maxHits?: string | false
  format?: string
  level?: string
  expression?: string
  watch?: string[]
}

export function addEdit(program: Command, bind: Bind): void {
  program
    .command('edit')
    .argument('<id>', 'the id of an action, or its beginning')
    .option('--at <file:line>', 'another place')
    .option('--condition <expression>', 'only when this is true')
    .option('--no-condition', 'always')
    .option('--expire <duration>', 'stop after 90s, 30m, 2h or a number of seconds from now')
    .option('--max-hits <count>', 'stop after so many hits, those from before included')
    .option('--no-max-hits', 'until it expires')
    .option('--format <format>', 'of a log')
    .option('--level <level>', 'of a log')
    .option('--expression <expression>', 'of a metric')
    .option('--watch <expression...>', 'of a snapshot, instead of those from before')
    .description('change an action in place; it keeps its results')
    .action(bind(editAction))
}

async function editAction(session: Session, id: string, options: EditOptions): Promise<ExitCode> {
  const { connect, terminal, signal, json } = session
  if (Object.values(options).every((value) => value === undefined)) {
    throw usageError('nothing to change; see: lightrun edit --help')
  }
  const client = connect()
  const action = await findAction(client, id, signal)
  const patch = patchOf(action, options)
  try {
    const changed = await client.editAction(action.id, patch, { signal })
    if (json) terminal.json(changed)
    else terminal.out(describe(changed))
    return EXIT.ok
  } catch (error) {
    const { condition } = patch
    const asked = { task: patch.task ?? action.task, ...(typeof condition === 'string' ? { condition } : {}) }
    throw LightrunError.is(error) ? withFault(error, asked) : error
  }
}

function describe({ task, id, position, revision }: ActionView) {
  return [bold(task.type), ` ${id}  ${formatPosition(position)}  ${taskText(task)}  `, dim(`revision ${revision}`)]
}

function patchOf({ task }: ActionView, options: EditOptions): ActionPatch {
  const { at, condition, expire, maxHits } = options
  const edited = editTask(task, options)
  return {
    ...(at === undefined ? {} : { position: parseLocation(at) }),
    ...(condition === undefined ? {} : { condition: condition === false ? null : condition }),
    ...(expire === undefined ? {} : { expireSeconds: parseDuration(expire) }),
    ...(maxHits === undefined ? {} : { maxHits: maxHits === false ? null : parseCount('--max-hits', maxHits) }),
    ...(edited === task ? {} : { task: edited }),
  }
}

function editTask(task: Task, { format, level, expression, watch }: EditOptions): Task {
  const refuse = (option: string) => usageError(`a ${task.type} has no ${option}`)
  if (format !== undefined && task.type !== 'log') throw refuse('--format')
  if (level !== undefined && task.type !== 'log') throw refuse('--level')
  if (expression !== undefined && task.type !== 'metric') throw refuse('--expression')
  if (watch !== undefined && task.type !== 'snapshot') throw refuse('--watch')
  if (task.type === 'log' && (format !== undefined || level !== undefined)) {
    const newLevel = level === undefined ? task.level : parseChoice('--level', LOG_LEVELS, level)
    return { ...task, format: format ?? task.format, level: newLevel }
  }
  if (task.type === 'metric' && expression !== undefined) return { ...task, expression }
  if (task.type === 'snapshot' && watch !== undefined) return { ...task, watches: watch }
  return task
}
