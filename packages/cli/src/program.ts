import { Command } from 'commander'
import type { Bind } from './bind.ts'
import { addActions } from './commands/actions.ts'
import { addAgents } from './commands/agents.ts'
import { addCounter } from './commands/counter.ts'
import { addDetach } from './commands/detach.ts'
import { addDuplicate } from './commands/duplicate.ts'
import { addDuration } from './commands/duration.ts'
import { addEdit } from './commands/edit.ts'
import { addHits } from './commands/hits.ts'
import { addLog } from './commands/log.ts'
import { addMetric } from './commands/metric.ts'
import { addQuota } from './commands/quota.ts'
import { addRedaction } from './commands/redaction.ts'
import { addRm } from './commands/rm.ts'
import { addShow } from './commands/show.ts'
import { addSnapshot } from './commands/snapshot.ts'
import { addSources } from './commands/sources.ts'
import { addTail } from './commands/tail.ts'
import { addTicToc } from './commands/tictoc.ts'
import { addToggle } from './commands/toggle.ts'
import type { CliContext } from './context.ts'
import type { ExitCode } from './exit-code.ts'
import { createSession, type GlobalOptions } from './session.ts'

/** In the order of use: who is there, ask, look, tidy up. */
const COMMANDS = [
  addAgents,
  addSources,
  addLog,
  addSnapshot,
  addCounter,
  addMetric,
  addDuration,
  addTicToc,
  addTail,
  addHits,
  addActions,
  addShow,
  addToggle,
  addEdit,
  addDuplicate,
  addRm,
  addRedaction,
  addQuota,
  addDetach,
] as const

/** The command line. `onExit` hears the exit code of the command that ran. */
export function createProgram(context: CliContext, onExit: (code: ExitCode) => void): Command {
  const { terminal, version } = context
  const program = new Command('lightrun')
    .description('Ask a running service a question at a source line.')
    .version(version)
    .option('--server <url>', 'address of the server (default: LIGHTRUN_SERVER)')
    .option('--api-key <key>', 'API key (default: LIGHTRUN_API_KEY)')
    .option('--json', 'data as JSON on standard output')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(...linesOf(text)),
      writeErr: (text) => terminal.err(...linesOf(text)),
      getOutHelpWidth: () => terminal.columns ?? 100,
      getErrHelpWidth: () => terminal.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  const bind: Bind =
    (handler) =>
    async (...args) =>
      onExit(await handler(createSession(context, program.opts<GlobalOptions>()), ...args))
  for (const add of COMMANDS) add(program, bind)
  program.showHelpAfterError('see: lightrun --help')
  for (const command of program.commands) command.showHelpAfterError(`see: lightrun ${command.name()} --help`)
  return program
}

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n')
