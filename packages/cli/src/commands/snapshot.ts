import { MAX_CALLER_FRAMES } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { parseCount } from '../parse/numbers.ts'
import { ask } from './ask.ts'
import { type AskOptions, addQuestion, type MomentOptions, placeOf, withAskOptions, withMoment } from './ask-options.ts'

interface SnapshotOptions extends AskOptions, MomentOptions {
  watch: string[]
  callerLocals?: string
}

export function addSnapshot(program: Command, bind: Bind): void {
  withAskOptions(
    withMoment(
      addQuestion(program, 'snapshot')
        .option('--watch <expression>', 'see this as well, in more depth (repeatable)', collect, [])
        .option(
          '--caller-locals <frames>',
          `the variables of callers as well, by a pause of some milliseconds (at most ${MAX_CALLER_FRAMES})`,
        ),
    ),
  )
    .description('the variables and the stack when the service passes here (once, unless --max-hits says more)')
    .action(bind(askSnapshot))
}

async function askSnapshot(session: Session, source: string, at: string, options: SnapshotOptions): Promise<ExitCode> {
  const { watch, callerLocals } = options
  const callers = callerLocals === undefined ? {} : { callerFrames: parseCount('--caller-locals', callerLocals) }
  const task = { type: 'snapshot' as const, watches: watch, ...callers }
  return ask(session, { source, ...placeOf(at, options), task }, options)
}

function collect(expression: string, before: string[]): string[] {
  return [...before, expression]
}
