import { MOMENTS, type Moment, type NewAction } from '@lightrun/core'
import type { Command } from 'commander'
import { parseLocation } from '../parse/location.ts'
import { parseChoice, parseCount, parseDuration } from '../parse/numbers.ts'

const SOURCE_HELP = 'an agent id, a display name, tag:NAME or custom:NAME; several with commas (any) or + (all) between'

/** A command that asks something about a place. What else it takes is up to the caller, its options come last. */
export function addQuestion(program: Command, name: string, place = 'such as src/cart.ts:42'): Command {
  return program.command(name).argument('<source>', SOURCE_HELP).argument('<file:line>', place)
}

/** What a question about one place may carry as well. */
export interface MomentOptions {
  at?: string
}

export function withMoment(command: Command): Command {
  return command.option(
    '--at <moment>',
    'line, or return or throw of the function around it: expressions then know $return or $error (default: line)',
  )
}

function momentOf({ at }: MomentOptions): { at?: Moment } {
  const moment = at === undefined ? 'line' : parseMoment(at)
  return moment === 'line' ? {} : { at: moment }
}

export const parseMoment = (at: string): Moment | 'line' => parseChoice('--at', ['line', ...MOMENTS] as const, at)

/** What every question may carry. */
export interface AskOptions {
  condition?: string
  expire?: string
  maxHits?: string
  maxHitsPerAgent?: string
  ignoreQuota?: true
  wait: boolean
  nearest?: true
  check: boolean
}

export function withAskOptions(command: Command): Command {
  return command
    .option('--condition <expression>', 'only when this is true')
    .option('--expire <duration>', 'stop after 90s, 30m, 2h or a number of seconds (default: one hour)')
    .option('--max-hits <count>', 'stop after so many hits of all agents together; each gets its share')
    .option('--max-hits-per-agent <count>', 'stop each agent after so many')
    .option('--ignore-quota', 'whatever it costs the service; takes an API key that may')
    .option('--nearest', 'where the line has no code, take the nearest line that has')
    .option('--no-check', 'do not compare the file here with the one that runs')
    .option('--no-wait', 'do not wait for the agents to place it')
}

/** Where, at which moment and how long: what an action is but for its source and its task. */
export function placeOf(at: string, options: AskOptions & MomentOptions): Omit<NewAction, 'source' | 'task'> {
  return { position: parseLocation(at), ...momentOf(options), ...limitsOf(options) }
}

function limitsOf({
  condition,
  expire,
  maxHits,
  maxHitsPerAgent,
  ignoreQuota,
}: AskOptions): Pick<NewAction, 'condition' | 'expireSeconds' | 'maxHits' | 'maxHitsPerAgent' | 'ignoreQuota'> {
  return {
    ...(condition === undefined ? {} : { condition }),
    ...(expire === undefined ? {} : { expireSeconds: parseDuration(expire) }),
    ...(maxHits === undefined ? {} : { maxHits: parseCount('--max-hits', maxHits) }),
    ...(maxHitsPerAgent === undefined ? {} : { maxHitsPerAgent: parseCount('--max-hits-per-agent', maxHitsPerAgent) }),
    ...(ignoreQuota === undefined ? {} : { ignoreQuota }),
  }
}
