import type { ActionView, AgentStatus, Passes } from '@lightrun/core'
import { span } from './time.ts'

/** Sums over the agents that are there and have told; `silent` of them were not passed at all. */
interface AllPasses extends Passes {
  agents: number
  silent: number
}

/** `1204: condition false 1200, over the budget 4`; absent where no agent has told. */
export function passesText(action: ActionView): string | undefined {
  const all = sumOf(action)
  return all && `${all.passes}${withDetails(all)}`
}

/** Why there is no answer yet, and what to do; absent when there is one, or when the agents say it themselves. */
export function whyNoHits(action: ActionView, nowMs: number): string | undefined {
  const { state, hitCount, task } = action
  const all = state === 'active' && hitCount === 0 ? sumOf(action) : undefined
  if (all === undefined) return undefined
  if (all.passes === 0) {
    const placedMs = Math.min(...standing(action).map(({ atMs }) => atMs))
    return `no hits: nothing has run this ${wherePassed(action)} in the ${span(nowMs - placedMs)} since it was placed; see that the service does, or ask at a line before it`
  }
  const times = all.passes === 1 ? 'once' : `${all.passes} times`
  if (all.conditionFalse === all.passes) {
    return `no hits: passed ${times}, and the condition was false each time; look at the values without it`
  }
  if (all.conditionFalse + all.conditionFailed === all.passes) {
    return `no hits: passed ${times}, and the condition could not be evaluated${all.conditionFalse > 0 ? ' or was false' : ''} each time; the agent says why`
  }
  if (task.type === 'tictoc') {
    return `no hits: the two lines were passed ${times}, but never one after the other in one asynchronous context; see that the same call passes both`
  }
  if (task.type === 'duration')
    return `no hits: calls have begun, but none that began since has ended (${times} passed)`
  if (all.throttled > 0) {
    return `no hits: passed ${times}${withDetails(all)}; narrow the condition, or ask at a line that is passed less often`
  }
  return undefined
}

/** In a word, for a list. */
export function silentState(action: ActionView): string | undefined {
  const all = action.hitCount === 0 ? sumOf(action) : undefined
  if (all === undefined) return undefined
  if (all.passes === 0) return 'not reached'
  if (all.conditionFalse === all.passes) return 'never true'
  return undefined
}

const wherePassed = ({ at, task }: ActionView) =>
  at !== undefined || task.type === 'duration' ? `function${at === undefined ? '' : `'s ${at}`}` : 'line'

function withDetails({ conditionFalse, conditionFailed, throttled, agents, silent }: AllPasses): string {
  const details = [
    [conditionFalse, 'condition false'],
    [conditionFailed, 'condition failed'],
    [throttled, 'over the budget'],
  ] as const
  const parts = details.filter(([count]) => count > 0).map(([count, what]) => `${what} ${count}`)
  if (silent > 0 && silent < agents) parts.push(`none on ${silent} of ${agents} agents`)
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

/** Agents that have the probe in place, or had when they last spoke. */
const standing = ({ agents }: ActionView): AgentStatus[] =>
  agents.filter(({ connected, passes }) => connected && passes !== undefined)

function sumOf(action: ActionView): AllPasses | undefined {
  const told = standing(action).flatMap(({ passes }) => passes ?? [])
  if (told.length === 0) return undefined
  const sum = (what: keyof Passes) => told.reduce((all, each) => all + each[what], 0)
  return {
    passes: sum('passes'),
    conditionFalse: sum('conditionFalse'),
    conditionFailed: sum('conditionFailed'),
    throttled: sum('throttled'),
    agents: told.length,
    silent: told.filter(({ passes }) => passes === 0).length,
  }
}
