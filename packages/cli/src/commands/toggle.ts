import { formatPosition } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { bold } from '../output/line.ts'
import { findAction } from '../resolve/find-action.ts'

interface ToggleOptions {
  on?: boolean
  off?: boolean
}

export function addToggle(program: Command, bind: Bind): void {
  program
    .command('toggle')
    .argument('<id>', 'the id of an action, or its beginning')
    .option('--on', 'switch on, whatever it is now')
    .option('--off', 'switch off, whatever it is now')
    .description('switch an action off, and on again, without losing it')
    .action(bind(toggleAction))
}

async function toggleAction(session: Session, id: string, { on, off }: ToggleOptions): Promise<ExitCode> {
  if (on && off) throw usageError('an action is either on or off; give one of --on and --off')
  const { connect, terminal, signal, json } = session
  const client = connect()
  const action = await findAction(client, id, signal)
  const enabled = on ?? (off === undefined ? !action.enabled : !off)
  const changed = await client.setEnabled(action.id, enabled, { signal })
  if (json) terminal.json(changed)
  else terminal.out([bold(changed.enabled ? 'on ' : 'off'), ` ${changed.id}  ${formatPosition(changed.position)}`])
  return EXIT.ok
}
