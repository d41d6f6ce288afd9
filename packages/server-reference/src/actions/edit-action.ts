import { type ActionPatch, LightrunError, MAX_SNAPSHOT_HITS, type NewAction } from '@lightrun/core'
import { type Permitted, requirePermission } from '../keys/permissions.ts'
import type { ActionDefinition } from '../storage/database.ts'
import type { ActionRow } from './action-state.ts'
import { checkExpressions, checkLimits, checkMoment } from './check-action.ts'
import type { ExpressionChecks } from './expression-checks.ts'

/** The columns of an action after an edit. */
export type EditedAction = Pick<
  ActionRow,
  'definition' | 'enabled' | 'expires_at_ms' | 'max_hits' | 'max_hits_per_agent' | 'ignore_quota' | 'ended_at_ms'
>

/**
 * What an action becomes by a patch; the same rules hold as for a new one.
 *
 * @throws LightrunError `request_invalid` for a task of another type; `limit_invalid`; `forbidden`; those of expressions.
 */
export function editAction(
  row: ActionRow,
  patch: ActionPatch,
  { by, checks, nowMs, hitCount }: { by: Permitted; checks: ExpressionChecks; nowMs: number; hitCount: number },
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
  const mostHits = definition.task.type === 'snapshot' ? MAX_SNAPSHOT_HITS : null
  const maxHits = patch.maxHits === undefined ? row.max_hits : (patch.maxHits ?? mostHits)
  const maxHitsPerAgent = patch.maxHitsPerAgent === undefined ? row.max_hits_per_agent : patch.maxHitsPerAgent
  const ignoreQuota = patch.ignoreQuota ?? row.ignore_quota
  // Who may not make such an action may switch it, and put it under the quota.
  if (ignoreQuota && Object.keys(patch).some((key) => key !== 'enabled')) requirePermission(by, 'ignoreQuota')
  const asked: NewAction = {
    source: row.source_value,
    ...edited,
    ...(patch.expireSeconds === undefined ? {} : { expireSeconds: patch.expireSeconds }),
    ...(maxHits === null ? {} : { maxHits }),
    ...(maxHitsPerAgent === null ? {} : { maxHitsPerAgent }),
  }
  const { expireSeconds } = checkLimits(asked)
  checkMoment(asked)
  checkExpressions(asked, checks)
  return {
    definition: edited,
    enabled: patch.enabled ?? row.enabled,
    expires_at_ms: patch.expireSeconds === undefined ? row.expires_at_ms : nowMs + Math.round(expireSeconds * 1_000),
    max_hits: maxHits,
    max_hits_per_agent: maxHitsPerAgent,
    ignore_quota: ignoreQuota,
    ended_at_ms: maxHits === null || maxHits > hitCount ? null : row.ended_at_ms,
  }
}
