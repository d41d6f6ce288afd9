import type { Policy } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Line } from '../output/line.ts'
import { plain } from '../output/plain.ts'
import { shellWord } from '../output/quote.ts'
import { parseChoice } from '../parse/numbers.ts'

export function addDetach(program: Command, bind: Bind): void {
  program
    .command('detach')
    .argument('<on|off>', 'on: every agent takes everything off and waits; off: all is placed again')
    .option('--pool <name>', 'of the agents of this pool alone')
    .description('the kill switch, for all agents or those of a pool')
    .action(bind(detach))
}

async function detach(
  { connect, terminal, signal, json }: Session,
  state: string,
  { pool }: { pool?: string },
): Promise<ExitCode> {
  const detached = parseChoice('detach', ['on', 'off'] as const, state) === 'on'
  const policy = await connect().setDetached(detached, { signal, ...(pool === undefined ? {} : { pool }) })
  if (json) terminal.json(policy)
  else terminal.out(pool === undefined ? ofAll(policy) : ofPool(policy, pool))
  return EXIT.ok
}

function ofAll({ detached }: Policy): string {
  return detached
    ? 'all agents are detached; attach them again: lightrun detach off'
    : 'agents are attached; active actions are placed again'
}

function ofPool({ detached, detachedPools }: Policy, pool: string): Line {
  if (detachedPools?.includes(pool)) {
    const again = `lightrun detach off --pool ${shellWord(pool)}`
    return ['the agents of the pool ', plain(pool), ` are detached; attach them again: ${again}`]
  }
  const rest = detached ? 'with all others they still are: lightrun detach off' : 'active actions are placed again'
  return ['the agents of the pool ', plain(pool), ` are not detached by themselves any more; ${rest}`]
}
