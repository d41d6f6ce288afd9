import { MAX_RETRY_AFTER_MS } from '../limits.ts'

/**
 * Milliseconds to wait after an answer with these headers (RFC 9110, 10.2.3: seconds or a date), from 0 to
 * `MAX_RETRY_AFTER_MS`; `undefined` when it says nothing that can be understood. A date is compared with the answer's
 * own `Date`, so that the difference of the clocks does not matter.
 *
 * @param nowMs wall clock, for an answer without `Date`
 */
export function retryAfterMs(
  retryAfter: string | undefined,
  date: string | undefined,
  nowMs: number,
): number | undefined {
  if (retryAfter === undefined) return undefined
  const text = retryAfter.trim()
  if (/^\d+$/.test(text)) return bounded(Number(text) * 1_000)
  // `Date.parse` takes much; a date of HTTP has letters and a colon, "-5" and "1.5" do not.
  const at = /[a-z].*:/i.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) return undefined
  const base = date === undefined ? Number.NaN : Date.parse(date)
  return bounded(at - (Number.isNaN(base) ? nowMs : base))
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}
