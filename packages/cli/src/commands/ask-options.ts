import { MOMENTS, type Moment, type NewAction } from '@lightrun/core'
import type { Command } from 'commander'
import { parseChoice, parseCount, parseDuration } from '../parse/numbers.ts'

/** Of the argument SOURCE. */
export const SOURCE_HELP = 'an agent id, a display name or tag:NAME; several with commas (any) or + (all) between'

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

export function momentOf({ at }: MomentOptions): { at?: Moment } {
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

export function limitsOf({
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
