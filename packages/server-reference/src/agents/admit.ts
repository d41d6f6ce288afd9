import type { Distribution, HitReport, LossReason, Series, Task } from '@lightrun/core'
import { type ActionTally, sum } from './tally.ts'

/** What of an action's news is stored, under its hit limits. */
export interface Admitted {
  hits: readonly HitReport[]
  passes: number
  /** Absent when nothing was said about measurements. */
  series?: ReadonlyMap<Series, Distribution>
  losses: ReadonlyMap<LossReason, number>
  /** The limit is reached with this: the action leaves the desired state. */
  ends: boolean
}

export interface AdmittingAction {
  task: Task
  /** Over all agents. */
  maxHits: number | null
  soFar: number
  maxHitsPerAgent: number | null
  soFarOfAgent: number
  hasEnded: boolean
}

/** How each task answers: with hits, with a count, or with these measurements. */
const ANSWERS: Record<Task['type'], 'hits' | 'passes' | readonly Series[]> = {
  log: 'hits',
  snapshot: 'hits',
  counter: 'passes',
  metric: ['value'],
  tictoc: ['elapsed'],
  duration: ['returned', 'thrown'],
}

/**
 * One limit holds over all agents, so only the server can keep it: what comes after it is counted as lost. Returns
 * `undefined` when the news is not about such an action at all (a snapshot under the id of a log).
 */
export function admit(news: ActionTally, action: AdmittingAction): Admitted | undefined {
  if (!fits(news, action.task)) return undefined
  const measured = [...(news.series?.values() ?? [])].reduce((all, { count }) => sum(all, count), 0)
  const offered = news.hits.length + news.passes + measured
  const room = roomIn(action.maxHits, action.soFar)
  const open = action.hasEnded ? 0 : Math.min(room, roomIn(action.maxHitsPerAgent, action.soFarOfAgent))
  // A distribution cannot be cut: the one that reaches the limit is stored whole, and the action ends.
  const taken = measured > 0 ? (open > 0 ? measured : 0) : Math.min(offered, open)
  const losses = new Map(news.losses)
  if (offered > taken) losses.set('hit_limit', sum(losses.get('hit_limit') ?? 0, offered - taken))
  const admitted = {
    hits: news.hits.slice(0, taken),
    passes: news.hits.length > 0 ? 0 : taken,
    losses,
    ends: !action.hasEnded && offered > 0 && taken >= room,
  }
  return news.series === undefined || action.hasEnded
    ? admitted
    : { ...admitted, series: taken < measured ? new Map() : news.series }
}

function roomIn(limit: number | null, soFar: number): number {
  return limit === null ? Number.POSITIVE_INFINITY : Math.max(0, limit - soFar)
}

function fits(news: ActionTally, task: Task): boolean {
  const answers = ANSWERS[task.type]
  if (news.hits.some((hit) => hit.data.type !== task.type)) return false
  if (answers !== 'passes' && news.passes > 0) return false
  if (news.series === undefined) return true
  return typeof answers !== 'string' && [...news.series.keys()].every((name) => answers.includes(name))
}
