import * as z from 'zod/mini'
import { Moment, Task } from '../model/action.ts'
import { AgentInfo, WorkerInfo } from '../model/agent-info.ts'
import { AskedPosition, SourcePosition } from '../model/position.ts'
import { HitData, LossReason, Passes } from '../model/report.ts'
import { ActionStatus } from '../model/status.ts'
import { SeriesStatistics } from './metric-views.ts'
import { Source, WrittenSource } from './source.ts'

/** What somebody looked at when they asked. Kept with the action; agents are not told. */
export const Vcs = z.object({
  repository: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
  branch: z.optional(z.string().check(z.minLength(1), z.maxLength(250))),
  commit: z.optional(z.string().check(z.regex(/^[0-9a-f]{7,64}$/, 'must be a hash, or its beginning'))),
})
export type Vcs = z.infer<typeof Vcs>

/**
 * Body of `POST /api/v1/actions`. `source` is an agent id, a display name, `tag:NAME` or `custom:NAME`; several are joined by
 * `,` (any of them) or by `+` (all of them). Limits are numbers here and judged by the server (`limit_invalid`), so that the answer
 * can say what is allowed.
 */
export const NewAction = z.object({
  source: WrittenSource,
  position: AskedPosition,
  at: z.optional(Moment),
  task: Task,
  condition: z.optional(z.string()),
  vcs: z.optional(Vcs),
  /** Seconds from now; default one hour. */
  expireSeconds: z.optional(z.number()),
  /** Over all agents, each of which gets its share. Default: 1 for a snapshot, none for the others. */
  maxHits: z.optional(z.number()),
  /** Of each agent. Default: none. */
  maxHitsPerAgent: z.optional(z.number()),
  /** Not under the budget of the applications. Takes an API key that may (`forbidden`). */
  ignoreQuota: z.optional(z.boolean()),
})
export type NewAction = z.input<typeof NewAction>

/**
 * Body of `PATCH /api/v1/actions/:id`: what is to change. The action keeps its id and its results and gets a new
 * revision; agents replace their probe. A task stays of its type: its results would mean something else.
 */
export const ActionPatch = z.object({
  enabled: z.optional(z.boolean()),
  position: z.optional(AskedPosition),
  /** Null: when the line is reached. */
  at: z.optional(z.nullable(Moment)),
  task: z.optional(Task),
  /** Null: without a condition. */
  condition: z.optional(z.nullable(z.string())),
  /** Seconds from now. Revives what has expired. */
  expireSeconds: z.optional(z.number()),
  /** In all, those from before included. Null: without a limit. Revives what has reached its limit. */
  maxHits: z.optional(z.nullable(z.number())),
  /** Of each agent, those from before included. Null: without a limit. */
  maxHitsPerAgent: z.optional(z.nullable(z.number())),
  ignoreQuota: z.optional(z.boolean()),
})
export type ActionPatch = z.infer<typeof ActionPatch>

/** Most actions removed by one call: as many as are listed. */
export const MAX_REMOVED_ACTIONS = 1_000
/** Body of `POST /api/v1/actions/removals`: all of these, in one step. Ids of what is gone already are no fault. */
export const Removal = z.object({
  ids: z
    .array(z.string().check(z.minLength(1), z.maxLength(64)))
    .check(z.minLength(1), z.maxLength(MAX_REMOVED_ACTIONS)),
})
export type Removal = z.infer<typeof Removal>
/** Answer: those that were there. */
export const Removed = z.object({ removed: z.array(z.string()) })
export type Removed = z.infer<typeof Removed>

/** One agent's word on one action. `stale` agents have not been heard of for longer than the agent expiry. */
export const AgentStatus = z.object({
  agentId: z.string(),
  displayName: z.string(),
  /** Which thread answers; absent for the main thread of a process. */
  worker: z.optional(WorkerInfo),
  connected: z.boolean(),
  atMs: z.int(),
  status: ActionStatus,
  /** How often the probe was passed, at this revision; absent until the agent has told. */
  passes: z.optional(Passes),
})
export type AgentStatus = z.infer<typeof AgentStatus>

export const ActionView = z.object({
  id: z.string(),
  revision: z.int(),
  source: Source,
  position: SourcePosition,
  at: z.optional(Moment),
  task: Task,
  condition: z.optional(z.string()),
  vcs: z.optional(Vcs),
  enabled: z.boolean(),
  /** What the server wants: `active` is in the desired state; `ended` reached its hit limit. */
  state: z.enum(['active', 'disabled', 'expired', 'ended']),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  maxHits: z.optional(z.int()),
  maxHitsPerAgent: z.optional(z.int()),
  ignoreQuota: z.optional(z.boolean()),
  /** Hits stored. For a counter or a measurement: passes counted. */
  hitCount: z.int(),
  losses: z.array(z.object({ reason: LossReason, count: z.int() })),
  agents: z.array(AgentStatus),
})
export type ActionView = z.infer<typeof ActionView>

export const AgentView = z.object({
  id: z.string(),
  pool: z.string(),
  connected: z.boolean(),
  lastSeenAtMs: z.int(),
  ...AgentInfo.shape,
})
export type AgentView = z.infer<typeof AgentView>

export const HitView = z.object({
  /** Grows in the order of storage; the cursor of `?after=`. */
  id: z.int(),
  actionId: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  atMs: z.int(),
  data: HitData,
})
export type HitView = z.infer<typeof HitView>

export const AgentList = z.object({ agents: z.array(AgentView) })
export const ActionList = z.object({ actions: z.array(ActionView) })
/** `next` is the `after` of the following page; absent at the end. */
export const HitList = z.object({ hits: z.array(HitView), next: z.optional(z.int()) })
export type HitList = z.infer<typeof HitList>

/** One server-sent event of `GET /api/v1/stream`. The event name is `kind`. */
export const StreamEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hit'), hit: HitView }),
  z.object({
    kind: z.literal('count'),
    actionId: z.string(),
    agentId: z.string(),
    agentName: z.string(),
    atMs: z.int(),
    count: z.int(),
    total: z.int(),
  }),
  /** An agent says every few seconds what it measured; `series` is empty when that is nothing. */
  z.object({
    kind: z.literal('metric'),
    actionId: z.string(),
    agentId: z.string(),
    agentName: z.string(),
    atMs: z.int(),
    series: SeriesStatistics,
  }),
  z.object({ kind: z.literal('status'), actionId: z.string(), agent: AgentStatus }),
  z.object({
    kind: z.literal('loss'),
    actionId: z.string(),
    agentId: z.string(),
    atMs: z.int(),
    reason: LossReason,
    count: z.int(),
  }),
  /** The subscriber was too slow, and this many events were not sent to it. They are stored all the same. */
  z.object({ kind: z.literal('gap'), missed: z.int() }),
])
export type StreamEvent = z.infer<typeof StreamEvent>
