import type { LogLevel } from '../model/action.ts'
import type { CapturedValue } from '../model/captured-value.ts'
import type { LogHit, Report, WatchResult } from '../model/report.ts'

/**
 * A log on every request makes thousands of hits a second that differ in little. In a frame such a hit is a list: which of the
 * frame's `logs` it belongs to, its time, its text and the values of its fields. Who decodes a frame sees reports as always.
 */
export type ShortLog = [log: number, atMs: number, text: string, ...values: ShortValue[]]

/** What hits of one log have in common: an entry of a frame's `logs`. */
export interface LogHead {
  actionId: string
  revision: number
  level: LogLevel
  /** Names of its fields, in order. */
  fields: string[]
}

/** A text, a finite number, a boolean and `null` stand for themselves; the others are what a field has beside its name. */
export type ShortValue = string | number | boolean | null | { value: CapturedValue } | { error: string }

/** Different logs in one frame; reports of others are sent as they are. Bounds the search for a report's log. */
export const MAX_LOG_HEADS = 64
/** UTF-16 units of the names of a log's fields together: a frame of small lists must not grow to a large one. */
export const MAX_FIELD_NAMES_LENGTH = 4_000

/** Shortens the hits of one frame, in their order. */
export interface LogShortener {
  readonly logs: readonly LogHead[]
  shorten(report: Report): Report | ShortLog
}

export function createLogShortener(): LogShortener {
  const logs: LogHead[] = []
  let latest = 0

  function find(actionId: string, revision: number, { level, fields }: LogHit): number {
    const names = fields ?? []
    if (isOf(logs[latest], actionId, revision, level, names)) return latest
    for (let index = 0; index < logs.length; index++) {
      if (isOf(logs[index], actionId, revision, level, names)) return index
    }
    const length = names.reduce((sum, { name }) => sum + name.length, 0)
    if (logs.length === MAX_LOG_HEADS || length > MAX_FIELD_NAMES_LENGTH) return -1
    return logs.push({ actionId, revision, level, fields: names.map(({ name }) => name) }) - 1
  }

  return {
    logs,
    shorten(report) {
      if (report.kind !== 'hit' || report.data.type !== 'log' || report.data.trace !== undefined) return report
      const { actionId, revision, atMs, data } = report
      const log = find(actionId, revision, data)
      if (log === -1) return report
      latest = log
      const short: ShortLog = [log, atMs, data.text]
      for (const field of data.fields ?? []) short.push(shortValue(field))
      return short
    },
  }
}

function isOf(
  log: LogHead | undefined,
  actionId: string,
  revision: number,
  level: LogLevel,
  fields: readonly WatchResult[],
): boolean {
  if (log === undefined || log.fields.length !== fields.length) return false
  if (log.actionId !== actionId || log.revision !== revision || log.level !== level) return false
  for (let i = 0; i < fields.length; i++) if (fields[i]?.name !== log.fields[i]) return false
  return true
}

function shortValue(field: WatchResult): ShortValue {
  if (!('value' in field)) return { error: field.error }
  const { value } = field
  switch (value.type) {
    case 'string':
      return value.omitted === undefined ? value.value : { value }
    case 'number':
      return typeof value.value === 'number' ? value.value : { value }
    case 'boolean':
      return value.value
    case 'null':
      return null
    default:
      return { value }
  }
}

/**
 * A frame as it came, with reports in the place of lists. Whether they are reports, and whether the rest is a frame, is
 * for its schema to say: what is no list of ours becomes something that is no report.
 */
export function expandLogs(frame: unknown): unknown {
  if (!isRecord(frame) || !Array.isArray(frame.reports) || frame.logs === undefined) return frame
  const { logs, ...rest } = frame
  if (!Array.isArray(logs) || logs.length > MAX_LOG_HEADS || !logs.every(isHead)) return { ...rest, reports: undefined }
  return {
    ...rest,
    reports: frame.reports.map((report: unknown) => (Array.isArray(report) ? expand(report, logs) : report)),
  }
}

function expand([log, atMs, text, ...values]: readonly unknown[], logs: readonly LogHead[]): unknown {
  const head = typeof log === 'number' ? logs[log] : undefined
  if (head === undefined || values.length !== head.fields.length) return undefined
  const { actionId, revision, level, fields } = head
  const data = { type: 'log', level, text }
  const named = values.map((value, index) => ({ name: fields[index], ...longValue(value) }))
  return { kind: 'hit', actionId, revision, atMs, data: named.length === 0 ? data : { ...data, fields: named } }
}

function longValue(value: unknown): object {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return { value: { type: typeof value, value } }
    default:
      return value === null ? { value: { type: 'null' } } : (value as object)
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Its other members are checked in every report that is made of it. */
function isHead(log: unknown): log is LogHead {
  if (!isRecord(log) || !Array.isArray(log.fields)) return false
  let length = 0
  for (const name of log.fields) {
    if (typeof name !== 'string') return false
    length += name.length
  }
  return length <= MAX_FIELD_NAMES_LENGTH
}
