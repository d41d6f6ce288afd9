import { type ActionView, type AgentView, bindsTo } from '@lightrun/core'
import type { Clock } from './clock.ts'

/**
 * Pauses between looks. Placing takes about 50 ms, so the first looks come quickly; then a look costs a request
 * and gains nothing a person would notice.
 */
const PAUSES_MS = [25, 25, 50, 100, 200] as const
const LAST_PAUSE_MS = 300

export interface WhenPlacedOptions {
  action: () => Promise<ActionView>
  agents: () => Promise<readonly AgentView[]>
  clock: Clock
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/**
 * Resolves with the action once every agent that is connected at the start and bound to it has answered, or
 * with its latest state at the timeout. With no such agent there is nobody to wait for: resolves at once.
 * Rejects as the requests do, and with the signal's reason.
 */
export async function whenPlaced(options: WhenPlacedOptions): Promise<ActionView> {
  const { clock, signal } = options
  const deadlineMs = clock.nowMs() + options.timeoutMs
  const [agents, first] = await Promise.all([options.agents(), options.action()])
  const expected = agents.filter((agent) => agent.connected && bindsTo(first.source, agent)).map((agent) => agent.id)
  let action = first
  for (let look = 0; action.state === 'active' && !expected.every((id) => hasAnswered(action, id)); look += 1) {
    const leftMs = deadlineMs - clock.nowMs()
    if (leftMs <= 0) break
    await clock.sleep(Math.min(PAUSES_MS[look] ?? LAST_PAUSE_MS, leftMs), signal)
    action = await options.action()
  }
  return action
}

/** `received` is only a receipt; everything else is an answer, and `ended` comes of having been placed. */
export function hasAnswered(action: ActionView, agentId: string): boolean {
  return action.agents.some((agent) => agent.agentId === agentId && agent.status.state !== 'received')
}
