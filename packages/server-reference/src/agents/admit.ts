import type { HitReport, LossReason, Task } from '@lightrun/core'
import { type ActionTally, sum } from './tally.ts'

/** What of an action's news is stored, under its hit limit. */
export interface Admitted {
  hits: readonly HitReport[]
  passes: number
  losses: ReadonlyMap<LossReason, number>
  /** The limit is reached with this: the action leaves the desired state. */
  ends: boolean
}

/**
 * The limit holds over all agents, so only the server can keep it: what comes after it is counted as lost. Returns
 * `undefined` when the news is not about such an action at all (a snapshot under the id of a log).
 */
export function admit(
  news: ActionTally,
  action: { task: Task; maxHits: number | null; soFar: number; hasEnded: boolean },
): Admitted | undefined {
  const isCounter = action.task.type === 'counter'
  if (isCounter ? news.hits.length > 0 : news.passes > 0) return undefined
  if (news.hits.some((hit) => hit.data.type !== action.task.type)) return undefined
  const room = action.maxHits === null ? Number.POSITIVE_INFINITY : Math.max(0, action.maxHits - action.soFar)
  const offered = isCounter ? news.passes : news.hits.length
  const taken = Math.min(offered, action.hasEnded ? 0 : room)
  const losses = new Map(news.losses)
  if (offered > taken) losses.set('hit_limit', sum(losses.get('hit_limit') ?? 0, offered - taken))
  return {
    hits: isCounter ? [] : news.hits.slice(0, taken),
    passes: isCounter ? taken : 0,
    losses,
    ends: !action.hasEnded && offered > 0 && taken >= room,
  }
}
