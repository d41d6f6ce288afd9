import * as z from 'zod/mini'
import { DEFAULT_PACKS, PACK_NAMES } from '../redact/packs.ts'

/** Bounds of a policy: it travels with each desired state. */
export const MAX_POLICY_NAMES = 1_000
export const MAX_POLICY_PATTERNS = 100

const Names = z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(MAX_POLICY_NAMES))

/** What must not leave an application, by name and by how it looks. */
export const RedactionPolicy = z.object({
  /** Hide the names that are secrets everywhere: `DEFAULT_REDACTED_NAMES`. */
  defaultNames: z.boolean(),
  /** Hide these as well. Written in any style: `dateOfBirth` is also `date_of_birth`. */
  names: Names,
  /** When present, only these names are shown, but none that is hidden. */
  showOnly: z.optional(Names),
  packs: z.array(z.enum(PACK_NAMES)).check(z.maxLength(PACK_NAMES.length)),
  /** RE2 syntax. A match is replaced by the name. */
  patterns: z
    .array(
      z.object({
        name: z.string().check(z.minLength(1), z.maxLength(60)),
        pattern: z.string().check(z.minLength(1), z.maxLength(2_000)),
      }),
    )
    .check(z.maxLength(MAX_POLICY_PATTERNS)),
})
export type RedactionPolicy = z.infer<typeof RedactionPolicy>

/** Largest rate that can be asked for: a billion a second is none. */
export const MAX_QUOTA_RATE = 1_000_000_000
const Percent = z.number().check(z.positive(), z.maximum(100))
const Rate = z.number().check(z.positive(), z.maximum(MAX_QUOTA_RATE))

/**
 * What all actions of a process together may take. What is absent is left to the agent; what an application has set for
 * itself is never exceeded.
 */
export const QuotaPolicy = z.object({
  /** Percent of one core. */
  cpuPercent: z.optional(Percent),
  /** Percent of one core that conditions may take of it. */
  conditionPercent: z.optional(Percent),
  /** Lines of logs a second. */
  logsPerSecond: z.optional(Rate),
  /** Bytes of hits a second. */
  bytesPerSecond: z.optional(Rate),
})
export type QuotaPolicy = z.infer<typeof QuotaPolicy>

/** What a pool of agents is called. */
export const PoolName = z.string().check(z.minLength(1), z.maxLength(200))

/** What an organisation decides for all its agents; it reaches them with the desired state, without a restart. */
export const Policy = z.object({
  redaction: RedactionPolicy,
  /** The kill switch: agents take everything off and wait. */
  detached: z.boolean(),
  /** Names of the pools whose agents are detached while the others are not. Agents are told of their own alone. */
  detachedPools: z.optional(z.array(PoolName)),
  /** Absent: agents keep their own. */
  quota: z.optional(QuotaPolicy),
})
export type Policy = z.infer<typeof Policy>

export const DEFAULT_POLICY: Policy = {
  redaction: { defaultNames: true, names: [], packs: [...DEFAULT_PACKS], patterns: [] },
  detached: false,
}

/** Body of `PUT /api/v1/policy/detached`. `pool`: of its agents alone; without, `false` attaches those of all pools. Of `…/redaction` it is a `RedactionPolicy`, of `…/quota` a `QuotaPolicy`. */
export const Detachment = z.object({ detached: z.boolean(), pool: z.optional(PoolName) })
export type Detachment = z.infer<typeof Detachment>
