import { type ActionPatch, type ActionView, MAX_EXPIRE_SECONDS, type NewAction } from '@lightrun/core'

/** The question that an action was, to be asked anew for as long, but for what is said otherwise. It begins enabled. */
export function duplicateAction(
  view: Omit<ActionView, 'source'>,
  { position, at, task, condition, expireSeconds, maxHits, maxHitsPerAgent, ignoreQuota }: ActionPatch,
): Omit<NewAction, 'source'> {
  const lifeSeconds = Math.min(MAX_EXPIRE_SECONDS, (view.expiresAtMs - view.createdAtMs) / 1_000)
  return {
    position: position ?? view.position,
    at: either(at, view.at),
    task: task ?? view.task,
    condition: either(condition, view.condition),
    vcs: view.vcs,
    expireSeconds: expireSeconds ?? lifeSeconds,
    maxHits: either(maxHits, view.maxHits),
    maxHitsPerAgent: either(maxHitsPerAgent, view.maxHitsPerAgent),
    ignoreQuota: ignoreQuota ?? view.ignoreQuota,
  }
}

/** Null says that there is none any more. */
function either<T>(said: T | null | undefined, before: T | undefined): T | undefined {
  return said === undefined ? before : (said ?? undefined)
}
