import { type ActionView, formatPosition } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { pickAction } from '../resolve/find-action.ts'

interface RmOptions {
  all?: true
  over?: true
}

export function addRm(program: Command, bind: Bind): void {
  program
    .command('rm')
    .argument('[id...]', 'ids of actions, or their beginnings')
    .option('--over', 'those that have expired or reached their hit limit')
    .option('--all', 'every action')
    .description('remove actions and what they have found')
    .action(bind(removeActions))
}

/** All ids are looked up before the first is removed: a mistake in one removes none. */
async function removeActions(
  { connect, terminal, signal, json }: Session,
  ids: string[],
  { all, over }: RmOptions,
): Promise<ExitCode> {
  if ([ids.length > 0, all, over].filter(Boolean).length !== 1) {
    throw usageError('say which: ids of actions, or --over, or --all')
  }
  const client = connect()
  const actions = await client.actions({ signal })
  const chosen = all ? actions : over ? actions.filter(isOver) : [...new Set(ids.map((id) => pickAction(actions, id)))]
  const removed = await client.deleteActions(
    chosen.map(({ id }) => id),
    { signal },
  )
  if (json) terminal.json({ removed })
  else for (const action of chosen) terminal.out(`removed ${action.id}  ${formatPosition(action.position)}`)
  if (chosen.length === 0) terminal.err('there is nothing to remove')
  return EXIT.ok
}

const isOver = ({ state }: ActionView) => state === 'expired' || state === 'ended'
