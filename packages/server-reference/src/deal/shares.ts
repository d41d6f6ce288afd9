import { type Action, bindsTo, type Source } from '@lightrun/core'
import { type Kysely, sql } from 'kysely'
import { AGENT_EXPIRY_MS } from '../agents/limits.ts'
import type { Presence } from '../agents/presence.ts'
import type { Database } from '../storage/database.ts'
import { deal, type Player } from './deal.ts'

/** An action with a hit limit, and what is stored of it. */
export interface LimitedAction {
  id: string
  source: Source
  maxHits: number | null
  maxHitsPerAgent: number | null
  dealtAtMs: number
}

/** What one agent may take of an action; `undefined` when that is nothing more. */
export type ShareOf = (actionId: string, agentId: string) => Pick<Action, 'maxHits' | 'lease'> | undefined

export interface ReadSharesOptions {
  organisationId: string
  actions: readonly LimitedAction[]
  presence: Presence
  nowMs: number
}

/** Three queries for all actions of an organisation; each is dealt out when somebody first asks. */
export async function readShares(db: Kysely<Database>, options: ReadSharesOptions): Promise<ShareOf> {
  const { organisationId, presence, nowMs } = options
  const limited = options.actions.filter((each) => each.maxHits !== null || each.maxHitsPerAgent !== null)
  if (limited.length === 0) return () => ({})
  const ids = limited.map(({ id }) => id)
  const counts = await db
    .selectFrom('counts')
    .select(['action_id', 'agent_id', sql<number>`hits + passes`.as('used')])
    .where('action_id', 'in', ids)
    .execute()
  const statuses = await db
    .selectFrom('action_statuses')
    .select(['action_id', 'agent_id', sql<string>`status->>'state'`.as('state')])
    .where('action_id', 'in', ids)
    .execute()
  const seen = await db
    .selectFrom('agents')
    .select(['id', 'display_name', 'tags', 'last_seen_at_ms'])
    .where('organisation_id', '=', organisationId)
    .where('last_seen_at_ms', '>', nowMs - AGENT_EXPIRY_MS)
    .orderBy('created_at_ms')
    .orderBy('id')
    .execute()
  const agents = seen
    .filter((agent) => presence.isConnected({ id: agent.id, lastSeenAtMs: agent.last_seen_at_ms }))
    .map(({ id, display_name, tags }) => ({ id, displayName: display_name, tags }))
  const usedBy = new Map(counts.map((each) => [keyOf(each.action_id, each.agent_id), each.used]))
  const stateAt = new Map(statuses.map((each) => [keyOf(each.action_id, each.agent_id), each.state]))
  const totals = new Map<string, number>()
  for (const { action_id, used } of counts) totals.set(action_id, (totals.get(action_id) ?? 0) + used)
  const dealt = new Map<string, { left: number; players: number; shares: Map<string, number> }>()
  const actions = new Map(limited.map((each) => [each.id, each]))

  function dealOut({ id, source, maxHits }: LimitedAction) {
    const players: Player[] = []
    for (const agent of agents) {
      const state = stateAt.get(keyOf(id, agent.id)) ?? ''
      // Where it is over or could not be placed nothing is to be expected.
      if (!bindsTo(source, agent) || state === 'ended' || state === 'failed') continue
      const used = usedBy.get(keyOf(id, agent.id)) ?? 0
      players.push({ agentId: agent.id, used, isWaiting: state === 'waiting' })
    }
    const left = Math.max(1, (maxHits ?? 0) - (totals.get(id) ?? 0))
    return { left, players: players.length, shares: deal(left, players) }
  }

  return (actionId, agentId) => {
    const action = actions.get(actionId)
    if (action === undefined) return {}
    const used = usedBy.get(keyOf(actionId, agentId)) ?? 0
    const ofAgent = action.maxHitsPerAgent === null ? {} : { maxHits: action.maxHitsPerAgent - used }
    if (ofAgent.maxHits !== undefined && ofAgent.maxHits < 1) return undefined
    if (action.maxHits === null) return ofAgent
    const known = dealt.get(actionId) ?? dealOut(action)
    dealt.set(actionId, known)
    const { left, players, shares } = known
    // Whoever has come since then gets what they would have got.
    const hits = shares.get(agentId) ?? Math.max(1, Math.floor(left / (players + 1)))
    return { ...ofAgent, lease: { deal: action.dealtAtMs, hits, ...(hits >= left ? { last: true } : {}) } }
  }
}

const keyOf = (actionId: string, agentId: string) => `${actionId} ${agentId}`
