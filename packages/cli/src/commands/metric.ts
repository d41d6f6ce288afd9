import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { ask } from './ask.ts'
import { type AskOptions, addQuestion, type MomentOptions, placeOf, withAskOptions, withMoment } from './ask-options.ts'

export function addMetric(program: Command, bind: Bind): void {
  withAskOptions(
    withMoment(
      addQuestion(program, 'metric')
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
  return ask(session, { source, ...placeOf(at, options), task }, options)
}
