import { formatPosition } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { pickAction } from '../resolve/find-action.ts'

export function addRm(program: Command, bind: Bind): void {
  program
    .command('rm')
    .argument('<id...>', 'ids of actions, or their beginnings')
    .description('remove actions and what they have found')
    .action(bind(removeActions))
}

/** All ids are looked up before the first is removed: a mistake in one removes none. */
async function removeActions({ connect, terminal, signal, json }: Session, ids: string[]): Promise<ExitCode> {
  const client = connect()
  const all = await client.actions({ signal })
  const chosen = [...new Set(ids.map((id) => pickAction(all, id)))]
  for (const action of chosen) {
    await client.deleteAction(action.id, { signal })
    if (!json) terminal.out(`removed ${action.id}  ${formatPosition(action.position)}`)
  }
  if (json) terminal.json({ removed: chosen.map((action) => action.id) })
  return EXIT.ok
}
