import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { parseChoice } from '../parse/numbers.ts'

export function addDetach(program: Command, bind: Bind): void {
  program
    .command('detach')
    .argument('<on|off>', 'on: every agent takes everything off and waits; off: all is placed again')
    .description('the kill switch, for all agents')
    .action(bind(detach))
}

async function detach({ connect, terminal, signal, json }: Session, state: string): Promise<ExitCode> {
  const detached = parseChoice('detach', ['on', 'off'] as const, state) === 'on'
  const policy = await connect().setDetached(detached, { signal })
  if (json) terminal.json(policy)
  else {
    terminal.out(
      policy.detached
        ? 'all agents are detached; attach them again: lightrun detach off'
        : 'agents are attached; active actions are placed again',
    )
  }
  return EXIT.ok
}
