import {
  DEFAULT_POLICY,
  type Detachment,
  LightrunError,
  type Policy,
  type QuotaPolicy,
  type RedactionPolicy,
} from '@lightrun/core'
import { compilePattern } from '@lightrun/core/patterns'
import type { Kysely, Transaction } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../storage/database.ts'
import type { StateChanges } from '../storage/state-changes.ts'
import { bumpStateVersion } from '../storage/state-version.ts'
import { transact } from '../storage/transact.ts'

/** Pools named in a refusal. */
const MAX_LISTED_POOLS = 20

/** What an organisation decides for its agents. A change wakes their polls. */
export interface PolicyStore {
  get(organisationId: string): Promise<Policy>
  /** @throws LightrunError `pattern_invalid`: nothing is changed then. */
  setRedaction(organisationId: string, redaction: RedactionPolicy): Promise<Policy>
  setQuota(organisationId: string, quota: QuotaPolicy): Promise<Policy>
  /** @throws LightrunError `request_invalid` for a pool that there is not. */
  setDetached(organisationId: string, detachment: Detachment): Promise<Policy>
}

export interface PolicyStoreOptions {
  db: Kysely<Database>
  clock: Clock
  changes: StateChanges
}

export function createPolicyStore({ db, clock, changes }: PolicyStoreOptions): PolicyStore {
  async function change(
    organisationId: string,
    by: (before: Policy, trx: Transaction<Database>) => Partial<Policy> | Promise<Partial<Policy>>,
  ): Promise<Policy> {
    const policy = await transact(db, async (trx) => {
      // Locks the organisation first: two changes at once are one after the other, and both are kept.
      await bumpStateVersion(trx, organisationId, clock.now())
      const before = await readPolicy(trx, organisationId)
      const changed = { ...before, ...(await by(before, trx)) }
      await trx
        .updateTable('organisations')
        .set({ policy: JSON.stringify(changed) })
        .where('id', '=', organisationId)
        .execute()
      return changed
    })
    changes.publish(organisationId)
    return policy
  }

  return {
    get: (organisationId) => readPolicy(db, organisationId),
    async setRedaction(organisationId, redaction) {
      redaction.patterns.forEach(({ name, pattern }, index) => {
        const compiled = compilePattern(name, pattern)
        if (compiled.status === 'compiled') return
        throw new LightrunError('pattern_invalid', `patterns.${index} (${name}): ${compiled.message}`, {
          details: { field: `patterns.${index}` },
        })
      })
      return change(organisationId, () => ({ redaction }))
    },
    setQuota: (organisationId, quota) => change(organisationId, () => ({ quota })),
    setDetached: (organisationId, { detached, pool }) =>
      change(organisationId, async ({ detachedPools = [] }, trx) => {
        if (pool === undefined) return detached ? { detached } : { detached, detachedPools: [] }
        await checkPool(trx, organisationId, pool)
        const others = detachedPools.filter((each) => each !== pool)
        return { detachedPools: detached ? [...others, pool] : others }
      }),
  }
}

async function checkPool(trx: Transaction<Database>, organisationId: string, name: string): Promise<void> {
  const pools = await trx
    .selectFrom('pools')
    .select('name')
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at_ms')
    .orderBy('id')
    .execute()
  const names = pools.map((pool) => pool.name)
  if (names.includes(name)) return
  const listed = names.slice(0, MAX_LISTED_POOLS).join(', ')
  throw new LightrunError('request_invalid', `there is no pool ${name}; there are: ${listed}`)
}

/** What of the policy one agent is told: whether it is detached, whatever detached it. */
export function policyFor({ detachedPools, ...policy }: Policy, pool: string): Policy {
  return { ...policy, detached: policy.detached || (detachedPools?.includes(pool) ?? false) }
}

export async function readPolicy(on: Kysely<Database>, organisationId: string): Promise<Policy> {
  const { policy } = await on
    .selectFrom('organisations')
    .select('policy')
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow()
  return policy ?? DEFAULT_POLICY
}
