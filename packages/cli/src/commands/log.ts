import { LOG_LEVELS, type LogTask } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { parseChoice } from '../parse/numbers.ts'
import { ask } from './ask.ts'
import { type AskOptions, addQuestion, type MomentOptions, placeOf, withAskOptions, withMoment } from './ask-options.ts'

interface LogOptions extends AskOptions, MomentOptions {
  level: string
  target: string
}

const TARGETS = {
  server: ['server'],
  stdout: ['stdout'],
  both: ['server', 'stdout'],
} as const satisfies Record<string, LogTask['targets']>

export function addLog(program: Command, bind: Bind): void {
  withAskOptions(
    withMoment(
      addQuestion(program, 'log')
        .argument('<format>', "text with {expressions}, such as 'total {total}'")
        .option('--level <level>', 'debug, info, warn or error', 'info')
        .option('--target <target>', "server, stdout (the service's own output) or both", 'server'),
    ),
  )
    .description('write a line whenever the service passes here')
    .action(bind(askLog))
}

async function askLog(
  session: Session,
  source: string,
  at: string,
  format: string,
  options: LogOptions,
): Promise<ExitCode> {
  const targets = TARGETS[parseChoice('--target', ['server', 'stdout', 'both'] as const, options.target)]
  const level = parseChoice('--level', LOG_LEVELS, options.level)
  const task = { type: 'log' as const, format, level, targets: [...targets] }
  return ask(session, { source, ...placeOf(at, options), task }, options)
}
