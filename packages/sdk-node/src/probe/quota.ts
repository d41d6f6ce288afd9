import type { QuotaPolicy } from '@lightrun/core'
import type { QuotaConfig } from '../config/config.ts'

/** What all actions of a thread together may take. */
export interface Quota {
  /** Fraction of one core. */
  cpuShare: number
  /** Fraction of one core that conditions may take of it. */
  conditionShare: number | undefined
  logsPerSecond: number | undefined
  /** Of hits, approximately. */
  bytesPerSecond: number
  /** No quota for actions that ask for that; for none of all. */
  ignored: 'where asked' | 'everywhere' | 'never'
}

/** The application pays a bounded price that nobody notices. */
export const DEFAULT_CPU_SHARE = 0.01
/** Bytes a second: what logs come to that use the CPU budget up, 5 000 lines of 200 bytes; a few snapshots of the largest kind. */
export const DEFAULT_BYTES_PER_SECOND = 1024 * 1024

/** What the policy says, but no more than the application has set for itself. What neither says is the default. */
export function quotaUnder(own: Partial<QuotaConfig>, policy: QuotaPolicy = {}): Quota {
  const { cpuPercent, conditionPercent, logsPerSecond, bytesPerSecond } = policy
  return {
    cpuShare: least(own.cpuShare, shareOf(cpuPercent)) ?? DEFAULT_CPU_SHARE,
    conditionShare: least(own.conditionShare, shareOf(conditionPercent)),
    logsPerSecond: least(own.logsPerSecond, logsPerSecond),
    bytesPerSecond: least(own.logBytesPerSecond, bytesPerSecond) ?? DEFAULT_BYTES_PER_SECOND,
    ignored: own.ignored === undefined ? 'where asked' : own.ignored ? 'everywhere' : 'never',
  }
}

const shareOf = (percent: number | undefined) => (percent === undefined ? undefined : percent / 100)

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}
