import type { CapturedValue } from '../model/captured-value.ts'
import type { LogHit, Report, WatchResult } from '../model/report.ts'
import {
  type LineHead,
  type LineList,
  type LogHead,
  type LogLine,
  type Outgoing,
  type PlainValue,
  toHit,
} from './log-line.ts'

/**
 * A log on every request makes thousands of hits a second that differ in little. In a frame such a hit is a list: which of the
 * frame's `logs` it belongs to, its time, its text and the values of its fields. Who decodes a frame sees reports as always.
 */
export type ShortLog = [log: number, atMs: number, text: string, ...values: ShortValue[]]

/** A text, a finite number, a boolean and `null` stand for themselves; the others are what a field has beside its name. */
export type ShortValue = PlainValue | { value: CapturedValue } | { error: string }

/** Different logs in one frame; reports of others are sent as they are. Bounds the search for a report's log. */
export const MAX_LOG_HEADS = 64
/** UTF-16 units of the names of a log's fields, and of its texts, together: a frame of small lists must not grow to a large one. */
export const MAX_HEAD_LENGTH = 4_000

/** Shortens the hits of one frame, in their order. */
export interface LogShortener {
  readonly logs: readonly LogHead[]
  shorten(report: Outgoing): Report | ShortLog | LineList
}

export function createLogShortener(): LogShortener {
  const logs: LogHead[] = []
  /** Of the last hit, which mostly is the next one's as well. */
  let latest = 0

  function find(actionId: string, revision: number, { level, fields }: LogHit): number {
    const names = fields ?? []
    if (isOf(logs[latest], actionId, revision, level, names)) return latest
    for (let index = 0; index < logs.length; index++) {
      if (isOf(logs[index], actionId, revision, level, names)) return index
    }
    const length = names.reduce((sum, { name }) => sum + name.length, 0)
    if (logs.length === MAX_LOG_HEADS || length > MAX_HEAD_LENGTH) return -1
    return logs.push({ actionId, revision, level, fields: names.map(({ name }) => name) }) - 1
  }

  function placeOf(head: LineHead): number {
    if (logs[latest] === head) return latest
    for (let index = 0; index < logs.length; index++) if (isSame(logs[index], head)) return index
    return logs.length === MAX_LOG_HEADS || lengthOf(head) > MAX_HEAD_LENGTH ? -1 : logs.push(head) - 1
  }

  function shortenLine(line: LogLine): Report | LineList {
    const log = placeOf(line.head)
    if (log === -1) return toHit(line)
    latest = log
    line.list[0] = log
    return line.list
  }

  return {
    logs,
    shorten(report) {
      if (report.kind === 'line') return shortenLine(report)
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

/** Of a copy too, as threads send them: an action has one format at each revision. */
const isSame = (log: LogHead | undefined, { actionId, revision, fromMs }: LineHead) =>
  log !== undefined && log.fromMs === fromMs && log.actionId === actionId && log.revision === revision

function isOf(
  log: LogHead | undefined,
  actionId: string,
  revision: number,
  level: LogHead['level'],
  fields: readonly WatchResult[],
): boolean {
  if (log === undefined || log.texts !== undefined || log.fields.length !== fields.length) return false
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

function expand(list: readonly unknown[], logs: readonly LogHead[]): unknown {
  const head = typeof list[0] === 'number' ? logs[list[0]] : undefined
  if (head === undefined) return undefined
  if (isLineHead(head)) return isLineOf(head, list) ? toHit({ head, list }) : undefined
  const [, atMs, text, ...values] = list
  if (values.length !== head.fields.length) return undefined
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
  if (!isRecord(log) || !isTexts(log.fields)) return false
  const { fields, texts, fromMs } = log
  if (texts === undefined) return lengthOf({ fields }) <= MAX_HEAD_LENGTH
  if (!isTexts(texts) || texts.length !== fields.length + 1 || typeof fromMs !== 'number') return false
  return lengthOf({ fields, texts }) <= MAX_HEAD_LENGTH
}

const isLineHead = (head: LogHead): head is LineHead => head.texts !== undefined

function isLineOf({ fields }: LineHead, list: readonly unknown[]): list is LineList {
  const end = fields.length + 2
  const isTraced = list.length === end + 2
  if ((list.length !== end && !isTraced) || typeof list[1] !== 'number') return false
  for (let i = 2; i < end; i++) {
    const value = list[i]
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (!isPlain && value !== null) return false
  }
  return !isTraced || isTexts(list.slice(end))
}

const isTexts = (list: unknown): list is string[] =>
  Array.isArray(list) && list.every((text) => typeof text === 'string')

function lengthOf({ fields, texts = [] }: Pick<LogHead, 'fields' | 'texts'>): number {
  let length = 0
  for (const text of [...fields, ...texts]) length += text.length
  return length
}
