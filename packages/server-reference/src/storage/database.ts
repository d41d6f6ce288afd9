import type {
  Action,
  ActionStatus,
  AgentInfo,
  Distribution,
  HitData,
  LossReason,
  Passes,
  Permission,
  Policy,
  Series,
  SeriesStatistics,
  Source,
  Vcs,
} from '@lightrun/core'
import type { ColumnType, Generated } from 'kysely'

/**
 * JSON as text. The column type is `json`, not `jsonb`: captured strings may hold U+0000 and lone surrogates, which
 * `jsonb` refuses, and a report the database refuses would be sent again for ever.
 */
type Json<T> = ColumnType<T, string, string>

/** The tables, as queries see them. int8 columns arrive as numbers (see the drivers). Times are epoch milliseconds. */
export interface Database {
  organisations: {
    id: string
    name: string
    /** The version of the desired state of all its agents. Only grows (state-version.ts). */
    state_version: number
    /** Null: the default. */
    policy: ColumnType<Policy | null, string | null | undefined, string>
    created_at_ms: number
  }
  pools: { id: string; organisation_id: string; name: string; key_hash: string; created_at_ms: number }
  api_keys: {
    id: string
    organisation_id: string
    name: string
    permissions: Permission[]
    key_hash: string
    created_at_ms: number
    last_used_at_ms: number | null
  }
  agents: {
    /** Chosen by the agent, unique over all organisations, so that nobody can take another's. */
    id: string
    organisation_id: string
    pool_id: string
    display_name: string
    tags: string[]
    info: Json<AgentInfo>
    /** The highest sequence number stored: repeats at or below it are dropped. */
    last_seq: number
    last_seen_at_ms: number
    created_at_ms: number
  }
  actions: {
    id: string
    organisation_id: string
    revision: number
    source_kind: Source['kind']
    source_value: string
    definition: Json<ActionDefinition>
    enabled: boolean
    expires_at_ms: number
    /** Over all agents. */
    max_hits: number | null
    max_hits_per_agent: number | null
    ignore_quota: boolean
    /** When the hits that are left were last dealt out to the agents; the number of that deal. */
    dealt_at_ms: number
    ended_at_ms: number | null
    created_at_ms: number
    idempotency_key: string | null
    request_hash: string | null
  }
  /** Named sets of agents, stored as sources of actions are. */
  custom_sources: {
    organisation_id: string
    name: string
    source_kind: Source['kind']
    source_value: string
    created_at_ms: number
    changed_at_ms: number
  }
  action_statuses: {
    organisation_id: string
    action_id: string
    agent_id: string
    at_ms: number
    status: Json<ActionStatus>
    /** Of one revision. Null: not told. */
    passes: ColumnType<RevisionPasses | null, string | null | undefined, string | null>
  }
  hits: {
    id: Generated<number>
    organisation_id: string
    action_id: string
    agent_id: string
    at_ms: number
    data: Json<HitData>
  }
  /** Per action and agent: hits stored, and passes counted (by counters and measurements). */
  counts: { organisation_id: string; action_id: string; agent_id: string; hits: number; passes: number }
  losses: { organisation_id: string; action_id: string; agent_id: string; reason: LossReason; count: number }
  /** What was measured so far, per action, agent and series. */
  metrics: {
    organisation_id: string
    action_id: string
    agent_id: string
    series: Series
    distribution: Json<Distribution>
  }
  /** What was measured in the seconds before `at_ms`, in figures: points of a chart are not merged any more. */
  metric_points: {
    id: Generated<number>
    organisation_id: string
    action_id: string
    agent_id: string
    at_ms: number
    series: Json<SeriesStatistics>
  }
}

/** What is asked. */
export type ActionDefinition = Pick<Action, 'position' | 'at' | 'task' | 'condition'> & { vcs?: Vcs | undefined }

export type RevisionPasses = Passes & { revision: number }
