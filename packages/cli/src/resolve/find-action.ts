import type { Client } from '@lightrun/client'
import { type ActionView, formatPosition } from '@lightrun/core'
import { CommandError, EXIT } from '../exit-code.ts'
import { nearest } from './nearest.ts'
import { shortIds } from './short-ids.ts'

/** Most actions listed in a message. */
const MAX_LISTED = 5

/** The action with this id, or the only one whose id begins so. */
export async function findAction(client: Client, written: string, signal: AbortSignal): Promise<ActionView> {
  return pickAction(await client.actions({ signal }), written)
}

/** @throws CommandError `action_unknown` that lists what may have been meant. */
export function pickAction(actions: readonly ActionView[], written: string): ActionView {
  const exact = actions.find((action) => action.id === written)
  if (exact !== undefined) return exact
  const matches = written === '' ? [] : actions.filter((action) => action.id.startsWith(written))
  const [only] = matches
  if (only !== undefined && matches.length === 1) return only
  if (matches.length > 1) {
    throw unknown(`${matches.length} actions begin with "${written}"; write more of the id`, matches, actions)
  }
  if (actions.length === 0) throw unknown(`there is no action "${written}"; there are none at all`, [], actions)
  throw unknown(
    `there is no action "${written}"; the nearest are`,
    nearest(written, actions, ({ id }) => id, MAX_LISTED),
    actions,
  )
}

function unknown(message: string, near: readonly ActionView[], all: readonly ActionView[]): CommandError {
  const short = shortIds(all.map((action) => action.id))
  const lines = near
    .slice(0, MAX_LISTED)
    .map((action) => `  ${short.get(action.id) ?? action.id}  ${action.task.type} ${formatPosition(action.position)}`)
  const advice = all.length === 0 ? 'create one: lightrun log SOURCE FILE:LINE FORMAT' : 'see all: lightrun actions'
  return new CommandError(EXIT.refused, 'action_unknown', message, [...lines, advice])
}
