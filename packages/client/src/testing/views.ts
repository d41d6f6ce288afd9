import type { ActionView, AgentView, HitView } from '@lightrun/core'

/** Views as a server would answer them, with what a test cares about replaced. Times are around noon of a fixed day. */

export const NOON_MS = Date.UTC(2026, 0, 15, 12)

export function agentView(changes: Partial<AgentView> = {}): AgentView {
  return {
    id: 'agent-shop-000000001',
    pool: 'default',
    connected: true,
    lastSeenAtMs: NOON_MS,
    displayName: 'shop',
    tags: ['prod'],
    hostname: 'host-1',
    pid: 4242,
    runtime: { name: 'node', version: '20.20.2' },
    sdkVersion: '0.0.0',
    startedAtMs: NOON_MS - 180_000,
    ...changes,
  }
}

export function actionView(changes: Partial<ActionView> = {}): ActionView {
  return {
    id: 'act-log-1',
    revision: 1,
    source: { kind: 'name', value: 'shop' },
    position: { file: 'src/cart.ts', line: 42 },
    task: { type: 'log', format: 'total {total}', level: 'info', targets: ['server'] },
    enabled: true,
    state: 'active',
    createdAtMs: NOON_MS - 60_000,
    expiresAtMs: NOON_MS + 3_540_000,
    hitCount: 0,
    losses: [],
    agents: [],
    ...changes,
  }
}

export function hitView(changes: Partial<HitView> = {}): HitView {
  return {
    id: 1,
    actionId: 'act-log-1',
    agentId: 'agent-shop-000000001',
    agentName: 'shop',
    atMs: NOON_MS,
    data: { type: 'log', level: 'info', text: 'total 12.5' },
    ...changes,
  }
}
