import { LightrunError } from '@lightrun/core'
import type { Command } from 'commander'
import type { Bind } from '../bind.ts'
import type { Session } from '../context.ts'
import { EXIT, type ExitCode, usageError } from '../exit-code.ts'
import { bold, dim } from '../output/line.ts'
import { placeText, taskText } from '../render/action-text.ts'
import { withFault } from '../render/fault.ts'
import { findAction } from '../resolve/find-action.ts'
import { type PatchOptions, patchOf, withPatchOptions } from './patch-options.ts'

export function addEdit(program: Command, bind: Bind): void {
  withPatchOptions(program.command('edit').argument('<id>', 'the id of an action, or its beginning'))
    .description('change an action in place; it keeps its results')
    .action(bind(editAction))
}

async function editAction(session: Session, id: string, options: PatchOptions): Promise<ExitCode> {
  const { connect, terminal, signal, json } = session
  if (Object.values(options).every((value) => value === undefined)) {
    throw usageError('nothing to change; see: lightrun edit --help')
  }
  const client = connect()
  const action = await findAction(client, id, signal)
  const patch = patchOf(action, options)
  try {
    const changed = await client.editAction(action.id, patch, { signal })
    const { task, revision } = changed
    if (json) terminal.json(changed)
    else {
      const what = ` ${changed.id}  ${placeText(changed)}  ${taskText(task)}  `
      terminal.out([bold(task.type), what, dim(`revision ${revision}`)])
    }
    return EXIT.ok
  } catch (error) {
    throw LightrunError.is(error) ? withFault(error, { ...patch, task: patch.task ?? action.task }) : error
  }
}
