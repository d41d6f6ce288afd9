/** An agent that an action with a hit limit is for. */
export interface Player {
  agentId: string
  /** Hits of it that are stored. */
  used: number
  /** It has used up its share and asks for more. */
  isWaiting: boolean
}

/**
 * What is left of a hit limit, dealt out to the agents: evenly, and evenly among those who need it once somebody asks.
 * Who has had hits is thought to need as many again; who has had none keeps one, so that it can answer at once. That one
 * is not taken from the others: ingestion keeps the limit whatever was dealt, and at most one hit an agent is too many.
 */
export function deal(left: number, players: readonly Player[]): Map<string, number> {
  const isAsked = players.some(({ isWaiting }) => isWaiting)
  const needs = players.map(({ agentId, used, isWaiting }) => ({
    agentId,
    need: !isAsked || isWaiting ? Number.POSITIVE_INFINITY : used,
  }))
  const shares = fill(left, needs)
  return new Map(players.map(({ agentId }) => [agentId, Math.max(1, shares.get(agentId) ?? 0)]))
}

/** Nobody gets more than they need, and nobody less than another whose need is not met. The first get what does not divide. */
function fill(amount: number, needs: readonly { agentId: string; need: number }[]): Map<string, number> {
  const shares = new Map<string, number>()
  const byNeed = [...needs].sort((a, b) => a.need - b.need)
  let left = amount
  byNeed.forEach(({ agentId, need }, index) => {
    const share = Math.min(need, Math.ceil(left / (byNeed.length - index)))
    shares.set(agentId, share)
    left -= share
  })
  return shares
}
