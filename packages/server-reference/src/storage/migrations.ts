export interface Migration {
  /** Never renamed, reordered or edited once released: correct a migration with a later one. */
  name: string
  statements: readonly string[]
}

/** Forward only. The version of a database is the number of these it has. */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: '0001_spine',
    statements: [
      `create table organisations (
        id text primary key,
        name text not null,
        state_version int8 not null,
        created_at_ms int8 not null
      )`,
      `create table pools (
        id text primary key,
        organisation_id text not null references organisations on delete cascade,
        name text not null,
        key_hash text not null unique,
        created_at_ms int8 not null,
        unique (organisation_id, name)
      )`,
      `create table api_keys (
        id text primary key,
        organisation_id text not null references organisations on delete cascade,
        name text not null,
        key_hash text not null unique,
        created_at_ms int8 not null,
        last_used_at_ms int8
      )`,
      `create index api_keys_of_organisation on api_keys (organisation_id)`,
      `create table agents (
        id text primary key,
        organisation_id text not null references organisations on delete cascade,
        pool_id text not null references pools on delete cascade,
        display_name text not null,
        tags text[] not null,
        info json not null,
        last_seq int8 not null,
        last_seen_at_ms int8 not null,
        created_at_ms int8 not null
      )`,
      `create index agents_seen on agents (organisation_id, last_seen_at_ms)`,
      `create index agents_of_pool on agents (pool_id)`,
      `create table actions (
        id text primary key,
        organisation_id text not null references organisations on delete cascade,
        revision int4 not null,
        source_kind text not null check (source_kind in ('agent', 'name', 'tag')),
        source_value text not null,
        definition json not null,
        enabled boolean not null,
        expires_at_ms int8 not null,
        max_hits int4,
        ended_at_ms int8,
        created_at_ms int8 not null,
        idempotency_key text,
        request_hash text,
        unique (organisation_id, idempotency_key)
      )`,
      `create index actions_live on actions (organisation_id, expires_at_ms) where enabled and ended_at_ms is null`,
      `create table action_statuses (
        organisation_id text not null references organisations on delete cascade,
        action_id text not null references actions on delete cascade,
        agent_id text not null references agents on delete cascade,
        at_ms int8 not null,
        status json not null,
        primary key (action_id, agent_id)
      )`,
      `create table hits (
        id int8 generated always as identity primary key,
        organisation_id text not null references organisations on delete cascade,
        action_id text not null references actions on delete cascade,
        agent_id text not null references agents on delete cascade,
        at_ms int8 not null,
        data json not null
      )`,
      `create index hits_of_action on hits (action_id, id)`,
      `create index hits_of_organisation on hits (organisation_id, id)`,
      `create table counts (
        organisation_id text not null references organisations on delete cascade,
        action_id text not null references actions on delete cascade,
        agent_id text not null references agents on delete cascade,
        hits int8 not null,
        passes int8 not null,
        primary key (action_id, agent_id)
      )`,
      `create table losses (
        organisation_id text not null references organisations on delete cascade,
        action_id text not null references actions on delete cascade,
        agent_id text not null references agents on delete cascade,
        reason text not null,
        count int8 not null,
        primary key (action_id, agent_id, reason)
      )`,
    ],
  },
  {
    name: '0002_metrics',
    statements: [
      `create table metrics (
        organisation_id text not null references organisations on delete cascade,
        action_id text not null references actions on delete cascade,
        agent_id text not null references agents on delete cascade,
        series text not null,
        distribution json not null,
        primary key (action_id, agent_id, series)
      )`,
      `create table metric_points (
        id int8 generated always as identity primary key,
        organisation_id text not null references organisations on delete cascade,
        action_id text not null references actions on delete cascade,
        agent_id text not null references agents on delete cascade,
        at_ms int8 not null,
        series json not null
      )`,
      `create index metric_points_of_action on metric_points (action_id, id)`,
    ],
  },
  {
    name: '0003_policy',
    // Null: the default policy, whatever a later version makes of it.
    statements: ['alter table organisations add column policy json'],
  },
  {
    name: '0004_limits',
    statements: [
      'alter table actions add column max_hits_per_agent int4',
      'alter table actions add column ignore_quota boolean not null default false',
      'alter table actions add column dealt_at_ms int8 not null default 0',
      `alter table api_keys add column permissions text[] not null default '{}'`,
    ],
  },
  {
    name: '0005_passes_and_sources',
    statements: [
      // Null: the agent has not told.
      'alter table action_statuses add column passes json',
      'alter table actions drop constraint actions_source_kind_check',
      // Of several, source_value is the JSON of all.
      `alter table actions add check (source_kind in ('agent', 'name', 'tag', 'any', 'all'))`,
    ],
  },
  {
    name: '0006_custom_sources',
    statements: [
      `create table custom_sources (
        organisation_id text not null references organisations on delete cascade,
        name text not null,
        source_kind text not null check (source_kind in ('agent', 'name', 'tag', 'any', 'all')),
        source_value text not null,
        created_at_ms int8 not null,
        changed_at_ms int8 not null,
        primary key (organisation_id, name)
      )`,
      'alter table actions drop constraint actions_source_kind_check',
      // A custom source is stored by its name; what it stands for is read where it is needed.
      `alter table actions add check (source_kind in ('agent', 'name', 'tag', 'any', 'all', 'custom'))`,
    ],
  },
]
