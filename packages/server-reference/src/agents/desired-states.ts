import { type Action, bindsTo, type DesiredState, type Policy, PROTOCOL_VERSION, type Source } from '@lightrun/core'
import type { Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import { readShares, type ShareOf } from '../deal/shares.ts'
import { policyFor } from '../policy/policy-store.ts'
import { readSources } from '../sources/read-sources.ts'
import type { Database } from '../storage/database.ts'
import type { Presence } from './presence.ts'

/** An agent, as far as its desired state depends on it. */
export interface AgentIdentity {
  organisationId: string
  poolId: string
  /** The name of its pool. */
  pool: string
  /** Of the organisation, at the time of the look-up. */
  stateVersion: number
  id: string
  displayName: string
  tags: readonly string[]
}

export interface DesiredStates {
  find(agentId: string): Promise<AgentIdentity | undefined>
  /** The state at `agent.stateVersion` or newer; the version it says is never newer than its actions. */
  read(agent: AgentIdentity): Promise<DesiredState>
}

export interface DesiredStatesOptions {
  db: Kysely<Database>
  clock: Clock
  presence: Presence
}

interface LiveActions {
  version: number
  actions: readonly { source: Source; action: Action }[]
  /** Of the hit limits of these actions. */
  shareOf: ShareOf
  /** Null while nobody has set one. */
  policy: Policy | null
}

/**
 * What each agent should be doing. The live actions of an organisation are read once per version and shared by all
 * of its agents: a change wakes every poll at once, and a query each would make the last one wait.
 */
export function createDesiredStates({ db, clock, presence }: DesiredStatesOptions): DesiredStates {
  const known = new Map<string, Promise<LiveActions>>()

  async function load(organisationId: string): Promise<LiveActions> {
    // The version first: the actions are then as new or newer, and who gets them early gets them again.
    const { state_version, policy } = await db
      .selectFrom('organisations')
      .select(['state_version', 'policy'])
      .where('id', '=', organisationId)
      .executeTakeFirstOrThrow()
    const rows = await db
      .selectFrom('actions')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .where('enabled', '=', true)
      .where('ended_at_ms', 'is', null)
      .where('expires_at_ms', '>', clock.now())
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute()
    const sourceOf = await readSources(db, organisationId, rows)
    const actions = rows.map((row) => {
      const { vcs: _, ...definition } = row.definition
      return {
        source: sourceOf(row),
        action: {
          id: row.id,
          revision: row.revision,
          ...definition,
          expiresAtMs: row.expires_at_ms,
          ...(row.ignore_quota ? { ignoreQuota: true } : {}),
        },
      }
    })
    const shareOf = await readShares(db, {
      organisationId,
      actions: rows.map((row) => ({
        id: row.id,
        source: sourceOf(row),
        maxHits: row.max_hits,
        maxHitsPerAgent: row.max_hits_per_agent,
        dealtAtMs: row.dealt_at_ms,
      })),
      presence,
      nowMs: clock.now(),
    })
    return { version: state_version, actions, shareOf, policy }
  }

  async function liveActions(organisationId: string, atLeast: number): Promise<LiveActions> {
    for (;;) {
      const pending = known.get(organisationId)
      // What failed must not be asked again for ever.
      const live = await pending?.catch(() => undefined)
      if (live !== undefined && live.version >= atLeast) return live
      if (known.get(organisationId) === pending) {
        const loading = load(organisationId)
        known.set(organisationId, loading)
        return loading
      }
    }
  }

  return {
    async find(agentId) {
      const row = await db
        .selectFrom('agents')
        .innerJoin('organisations', 'organisations.id', 'agents.organisation_id')
        .innerJoin('pools', 'pools.id', 'agents.pool_id')
        .select([
          'agents.id',
          'agents.organisation_id',
          'agents.pool_id',
          'pools.name as pool',
          'display_name',
          'tags',
          'state_version',
        ])
        .where('agents.id', '=', agentId)
        .executeTakeFirst()
      return (
        row && {
          id: row.id,
          organisationId: row.organisation_id,
          poolId: row.pool_id,
          pool: row.pool,
          displayName: row.display_name,
          tags: row.tags,
          stateVersion: row.state_version,
        }
      )
    },
    async read(agent) {
      const { version, actions, shareOf, policy } = await liveActions(agent.organisationId, agent.stateVersion)
      const now = clock.now()
      return {
        protocol: PROTOCOL_VERSION,
        version,
        serverTimeMs: now,
        actions: actions.flatMap(({ source, action }) => {
          if (action.expiresAtMs <= now || !bindsTo(source, agent)) return []
          const share = shareOf(action.id, agent.id)
          return share === undefined ? [] : [{ ...action, ...share }]
        }),
        ...(policy === null ? {} : { policy: policyFor(policy, agent.pool) }),
      }
    },
  }
}
