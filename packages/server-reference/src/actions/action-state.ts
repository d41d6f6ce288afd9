import type { ActionView } from '@lightrun/core'
import type { Selectable } from 'kysely'
import type { Database } from '../storage/database.ts'

export type ActionRow = Selectable<Database['actions']>

/** What is over stays over, whatever the switch says. */
export function stateOf(
  row: Pick<ActionRow, 'ended_at_ms' | 'expires_at_ms' | 'enabled'>,
  nowMs: number,
): ActionView['state'] {
  if (row.ended_at_ms !== null) return 'ended'
  if (row.expires_at_ms <= nowMs) return 'expired'
  return row.enabled ? 'active' : 'disabled'
}
