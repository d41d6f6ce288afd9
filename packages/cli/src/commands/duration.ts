import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { ask } from './ask.ts'
import { type AskOptions, addQuestion, placeOf, withAskOptions } from './ask-options.ts'

export function addDuration(program: Command, bind: Bind): void {
  withAskOptions(
    addQuestion(program, 'duration', 'a line of the function, such as src/cart.ts:42').argument(
      '[name]',
      'what is measured (default: the place)',
    ),
  )
    .description('statistics of how long calls of a function take, until they return or throw')
    .action(bind(askDuration))
}

async function askDuration(
  session: Session,
  source: string,
  at: string,
  name: string | undefined,
  options: AskOptions,
): Promise<ExitCode> {
  const task = { type: 'duration' as const, name: name ?? at }
  return ask(session, { source, ...placeOf(at, options), task }, options)
}
