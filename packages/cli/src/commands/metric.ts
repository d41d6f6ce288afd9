import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { parseLocation } from '../parse/location.ts'
import { ask } from './ask.ts'
import {
  type AskOptions,
  limitsOf,
  type MomentOptions,
  momentOf,
  SOURCE_HELP,
  withAskOptions,
  withMoment,
} from './ask-options.ts'

export function addMetric(program: Command, bind: Bind): void {
  withAskOptions(
    withMoment(
      program
        .command('metric')
        .argument('<source>', SOURCE_HELP)
        .argument('<file:line>', 'such as src/cart.ts:42')
        .argument('<name>', 'what is measured')
        .argument('<expression>', 'a number, such as cart.items.length'),
    ),
  )
    .description('statistics of a number each time the service passes here')
    .action(bind(askMetric))
}

async function askMetric(
  session: Session,
  source: string,
  at: string,
  name: string,
  expression: string,
  options: AskOptions & MomentOptions,
): Promise<ExitCode> {
  const task = { type: 'metric' as const, name, expression }
  return ask(
    session,
    { source, position: parseLocation(at), ...momentOf(options), task, ...limitsOf(options) },
    options,
  )
}
