import { randomUUID } from 'node:crypto'
import { LightrunError } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import type { ExitCode } from '../exit-code.ts'
import { withFault } from '../render/fault.ts'
import { findAction } from '../resolve/find-action.ts'
import { type PatchOptions, patchOf, withPatchOptions } from './patch-options.ts'
import { showPlacing } from './placing.ts'

type DuplicateOptions = PatchOptions & { wait: boolean }

export function addDuplicate(program: Command, bind: Bind): void {
  withPatchOptions(program.command('duplicate').argument('<id>', 'the id of an action, or its beginning'))
    .option('--no-wait', 'do not wait for the agents to place it')
    .description('ask the same again, with no hits yet and for as long, but for what is said otherwise')
    .action(bind(duplicateAction))
}

async function duplicateAction(
  session: Session,
  id: string,
  { wait, ...options }: DuplicateOptions,
): Promise<ExitCode> {
  const { connect, signal } = session
  const client = connect()
  const action = await findAction(client, id, signal)
  const patch = patchOf(action, options)
  try {
    const created = await client.duplicateAction(action.id, patch, { signal, idempotencyKey: randomUUID() })
    return await showPlacing(session, client, created, { wait })
  } catch (error) {
    throw LightrunError.is(error) ? withFault(error, { ...patch, task: patch.task ?? action.task }) : error
  }
}
