import { type ActionPatch, LightrunError, type NewAction } from '@lightrun/core'
import type { ActionDefinition } from '../storage/database.ts'
import type { ActionRow } from './action-state.ts'
import { checkExpressions, checkLimits, checkMoment } from './check-action.ts'
import type { ExpressionChecks } from './expression-checks.ts'

/** The columns of an action after an edit. */
export type EditedAction = Pick<ActionRow, 'definition' | 'enabled' | 'expires_at_ms' | 'max_hits' | 'ended_at_ms'>

/**
 * What an action becomes by a patch; the same rules hold as for a new one.
 *
 * @throws LightrunError `request_invalid` for a task of another type; `limit_invalid`; those of expressions.
 */
export function editAction(
  row: ActionRow,
  patch: ActionPatch,
  { checks, nowMs, hitCount }: { checks: ExpressionChecks; nowMs: number; hitCount: number },
): EditedAction {
  const { definition } = row
  if (patch.task !== undefined && patch.task.type !== definition.task.type) {
    throw new LightrunError(
      'request_invalid',
      `a ${definition.task.type} stays a ${definition.task.type}; ask anew for a ${patch.task.type}`,
    )
  }
  const condition = patch.condition === undefined ? definition.condition : (patch.condition ?? undefined)
  const at = patch.at === undefined ? definition.at : (patch.at ?? undefined)
  const { vcs } = definition
  const edited: ActionDefinition = {
    position: patch.position ?? definition.position,
    ...(at === undefined ? {} : { at }),
    task: patch.task ?? definition.task,
    ...(condition === undefined ? {} : { condition }),
    ...(vcs === undefined ? {} : { vcs }),
  }
  const maxHits = patch.maxHits === undefined ? row.max_hits : patch.maxHits
  const asked: NewAction = {
    source: row.source_value,
    ...edited,
    ...(patch.expireSeconds === undefined ? {} : { expireSeconds: patch.expireSeconds }),
    ...(maxHits === null ? {} : { maxHits }),
  }
  const { expireSeconds } = checkLimits(asked)
  checkMoment(asked)
  checkExpressions(asked, checks)
  return {
    definition: edited,
    enabled: patch.enabled ?? row.enabled,
    expires_at_ms: patch.expireSeconds === undefined ? row.expires_at_ms : nowMs + Math.round(expireSeconds * 1_000),
    max_hits: maxHits,
    ended_at_ms: maxHits === null || maxHits > hitCount ? null : row.ended_at_ms,
  }
}
