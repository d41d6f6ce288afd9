import { NOON_MS } from '@lightrun/client/testing'
import type { ActionStatus, AgentStatus } from '@lightrun/core'

export const placed = {
  state: 'placed',
  engine: 'weave',
  position: { file: 'src/cart.ts', line: 42 },
} satisfies ActionStatus

/** What the agent `shop` says of an action. */
export const says = (status: ActionStatus = placed, changes: Partial<AgentStatus> = {}): AgentStatus => ({
  agentId: 'agent-shop-000000001',
  displayName: 'shop',
  connected: true,
  atMs: NOON_MS,
  status,
  ...changes,
})
