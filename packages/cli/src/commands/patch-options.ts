import { type ActionPatch, type ActionView, LOG_LEVELS, type Task } from '@lightrun/core'
import type { Command } from 'commander'
import { usageError } from '../exit-code.ts'
import { parseLocation } from '../parse/location.ts'
import { parseChoice, parseCount, parseDuration } from '../parse/numbers.ts'
import { parseMoment, withMoment } from './ask-options.ts'

/** What of an action may be said anew. */
export interface PatchOptions {
  where?: string
  at?: string
  condition?: string | false
  expire?: string
  maxHits?: string | false
  maxHitsPerAgent?: string | false
  ignoreQuota?: boolean
  format?: string
  level?: string
  expression?: string
  watch?: string[]
}

export function withPatchOptions(command: Command): Command {
  return withMoment(command.option('--where <file:line>', 'another place'))
    .option('--condition <expression>', 'only when this is true')
    .option('--no-condition', 'always')
    .option('--expire <duration>', 'stop after 90s, 30m, 2h or a number of seconds from now')
    .option('--max-hits <count>', 'stop after so many hits, those from before included')
    .option('--no-max-hits', 'until it expires')
    .option('--max-hits-per-agent <count>', 'stop each agent after so many, those from before included')
    .option('--no-max-hits-per-agent', 'without a limit of each')
    .option('--ignore-quota', 'whatever it costs the service; takes an API key that may')
    .option('--no-ignore-quota', 'within the quota')
    .option('--format <format>', 'of a log')
    .option('--level <level>', 'of a log')
    .option('--expression <expression>', 'of a metric')
    .option('--watch <expression...>', 'of a snapshot, instead of those from before')
}

export function patchOf({ task }: Pick<ActionView, 'task'>, options: PatchOptions): ActionPatch {
  const { where, at, condition, expire, maxHits, maxHitsPerAgent: ofEach, ignoreQuota } = options
  const edited = editTask(task, options)
  const moment = at === undefined ? undefined : parseMoment(at)
  return {
    ...(where === undefined ? {} : { position: parseLocation(where) }),
    ...(moment === undefined ? {} : { at: moment === 'line' ? null : moment }),
    ...(condition === undefined ? {} : { condition: condition === false ? null : condition }),
    ...(expire === undefined ? {} : { expireSeconds: parseDuration(expire) }),
    ...(maxHits === undefined ? {} : { maxHits: maxHits === false ? null : parseCount('--max-hits', maxHits) }),
    ...(ofEach === undefined
      ? {}
      : { maxHitsPerAgent: ofEach === false ? null : parseCount('--max-hits-per-agent', ofEach) }),
    ...(ignoreQuota === undefined ? {} : { ignoreQuota }),
    ...(edited === task ? {} : { task: edited }),
  }
}

function editTask(task: Task, { format, level, expression, watch }: PatchOptions): Task {
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
