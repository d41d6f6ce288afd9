import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { ask } from './ask.ts'
import { type AskOptions, addQuestion, type MomentOptions, placeOf, withAskOptions, withMoment } from './ask-options.ts'

export function addCounter(program: Command, bind: Bind): void {
  withAskOptions(withMoment(addQuestion(program, 'counter').argument('<name>', 'what is counted')))
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
  return ask(session, { source, ...placeOf(at, options), task }, options)
}
