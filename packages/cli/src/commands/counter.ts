import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { parseLocation } from '../parse/location.ts'
import { ask } from './ask.ts'
import { type AskOptions, limitsOf, withAskOptions } from './ask-options.ts'

export function addCounter(program: Command, bind: Bind): void {
  withAskOptions(
    program
      .command('counter')
      .argument('<source>', 'an agent id, a display name or tag:NAME')
      .argument('<file:line>', 'such as src/cart.ts:42')
      .argument('<name>', 'what is counted'),
  )
    .description('how often the service passes here')
    .action(bind(askCounter))
}

async function askCounter(
  session: Session,
  source: string,
  at: string,
  name: string,
  options: AskOptions,
): Promise<ExitCode> {
  const task = { type: 'counter' as const, name }
  return ask(session, { source, position: parseLocation(at), task, ...limitsOf(options) }, options)
}
