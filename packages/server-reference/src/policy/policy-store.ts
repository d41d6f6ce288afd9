import { DEFAULT_POLICY, LightrunError, type Policy, type QuotaPolicy, type RedactionPolicy } from '@lightrun/core'
import { compilePattern } from '@lightrun/core/patterns'
import type { Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../storage/database.ts'
import type { StateChanges } from '../storage/state-changes.ts'
import { bumpStateVersion } from '../storage/state-version.ts'
import { transact } from '../storage/transact.ts'

/** What an organisation decides for its agents. A change wakes their polls. */
export interface PolicyStore {
  get(organisationId: string): Promise<Policy>
  /** @throws LightrunError `pattern_invalid`: nothing is changed then. */
  setRedaction(organisationId: string, redaction: RedactionPolicy): Promise<Policy>
  setQuota(organisationId: string, quota: QuotaPolicy): Promise<Policy>
  setDetached(organisationId: string, detached: boolean): Promise<Policy>
}

export interface PolicyStoreOptions {
  db: Kysely<Database>
  clock: Clock
  changes: StateChanges
}

export function createPolicyStore({ db, clock, changes }: PolicyStoreOptions): PolicyStore {
  async function change(organisationId: string, by: Partial<Policy>): Promise<Policy> {
    const policy = await transact(db, async (trx) => {
      // Locks the organisation first: two changes at once are one after the other, and both are kept.
      await bumpStateVersion(trx, organisationId, clock.now())
      const changed = { ...(await readPolicy(trx, organisationId)), ...by }
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
      return change(organisationId, { redaction })
    },
    setQuota: (organisationId, quota) => change(organisationId, { quota }),
    setDetached: (organisationId, detached) => change(organisationId, { detached }),
  }
}

export async function readPolicy(on: Kysely<Database>, organisationId: string): Promise<Policy> {
  const { policy } = await on
    .selectFrom('organisations')
    .select('policy')
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow()
  return policy ?? DEFAULT_POLICY
}
