import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { parseLocation } from '../parse/location.ts'
import { ask } from './ask.ts'
import { type AskOptions, addQuestion, placeOf, withAskOptions } from './ask-options.ts'

export function addTicToc(program: Command, bind: Bind): void {
  withAskOptions(
    addQuestion(program, 'tictoc', 'where the time begins, such as src/cart.ts:42')
      .argument('<line>', 'where it ends: a line of the same file, or FILE:LINE')
      .argument('<name>', 'what is measured'),
  )
    .description('statistics of the time between two lines, await included')
    .action(bind(askTicToc))
}

async function askTicToc(
  session: Session,
  source: string,
  from: string,
  to: string,
  name: string,
  options: AskOptions,
): Promise<ExitCode> {
  const place = placeOf(from, options)
  const toc = parseLocation(/^\d+$/.test(to) ? `${place.position.file}:${to}` : to)
  return ask(session, { source, ...place, task: { type: 'tictoc', name, toc } }, options)
}
