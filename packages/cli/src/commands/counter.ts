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

export function addCounter(program: Command, bind: Bind): void {
  withAskOptions(
    withMoment(
      program
        .command('counter')
        .argument('<source>', SOURCE_HELP)
        .argument('<file:line>', 'such as src/cart.ts:42')
        .argument('<name>', 'what is counted'),
    ),
  )
    .description('how often the service passes here')
    .action(bind(askCounter))
}

async function askCounter(
  session: Session,
  source: string,
  at: string,
  name: string,
  options: AskOptions & MomentOptions,
): Promise<ExitCode> {
  const task = { type: 'counter' as const, name }
  return ask(
    session,
    { source, position: parseLocation(at), ...momentOf(options), task, ...limitsOf(options) },
    options,
  )
}
