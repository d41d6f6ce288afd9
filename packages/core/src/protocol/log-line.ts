import type { LogLevel } from '../model/action.ts'
import type { HitReport, LogHit, Report, TraceContext } from '../model/report.ts'

/** What stands for itself on the wire, and in the text of a log as it is printed there. */
export type PlainValue = string | number | boolean | null

/** What hits of one log have in common: an entry of a frame's `logs`. */
export interface LogHead {
  actionId: string
  revision: number
  level: LogLevel
  /** Names of its fields, in order. */
  fields: string[]
  /** Where its lists have no text: what stands before, between and after the values, which make the text together. */
  texts?: string[]
  /** What their times count from: milliseconds since the epoch. */
  fromMs?: number
}

export type LineHead = LogHead & Required<Pick<LogHead, 'texts' | 'fromMs'>>

/**
 * A hit of a log whose values are all plain, as it is kept from the hit to its frame: a list that is sent as it is. Thousands a
 * second wait for a frame: the report would be eight objects, and its text what the values say already.
 */
export interface LogLine {
  readonly kind: 'line'
  readonly head: LineHead
  /** The first becomes the place of the head among the frame's `logs`. */
  readonly list: LineList
  /** What it takes in memory and on the wire, roughly. */
  readonly bytes: number
}

/** After the values, where a span was active: the identifiers of its trace and of itself. */
export type LineList = [log: number, sinceMs: number, ...values: PlainValue[]]

/** What an agent has to say: reports, some as lines. */
export type Outgoing = Report | LogLine

/** Which action it is of, at which revision: a line says so in its head. */
export const actionOf = (report: Outgoing): Pick<LogHead, 'actionId' | 'revision'> =>
  report.kind === 'line' ? report.head : report

/** The list, the JSON around it, and what a frame and its sending add. */
const BYTES_PER_LINE = 80
/** Two identifiers of 32 and 16 digits, as JSON. */
const BYTES_PER_TRACE = 54

/**
 * @param list without the span
 * @param length UTF-16 units of its text
 */
export function createLogLine(head: LineHead, list: LineList, length: number, trace?: TraceContext): LogLine {
  if (trace === undefined) return { kind: 'line', head, list, bytes: BYTES_PER_LINE + length }
  // By index: a method of lists may have been replaced.
  list[list.length] = trace.traceId
  list[list.length] = trace.spanId
  return { kind: 'line', head, list, bytes: BYTES_PER_LINE + BYTES_PER_TRACE + length }
}

/** The report that a line stands for. */
export function toHit({ head, list }: Pick<LogLine, 'head' | 'list'>): HitReport {
  const { actionId, revision, level, fields, texts, fromMs } = head
  const sinceMs = list[1]
  const values = list.slice(2, 2 + fields.length) as PlainValue[]
  const [traceId, spanId] = list.slice(2 + fields.length) as string[]
  let text = texts[0] ?? ''
  for (let i = 0; i < values.length; i++) text += String(values[i]) + (texts[i + 1] ?? '')
  const data: LogHit = { type: 'log', level, text }
  const named = values.map((value, index) => ({ name: fields[index] ?? '', value: captured(value) }))
  if (named.length > 0) data.fields = named
  if (traceId !== undefined && spanId !== undefined) data.trace = { traceId, spanId }
  return { kind: 'hit', actionId, revision, atMs: fromMs + sinceMs, data }
}

function captured(value: PlainValue) {
  if (typeof value === 'string') return { type: 'string' as const, value }
  if (typeof value === 'number') return { type: 'number' as const, value }
  return value === null ? { type: 'null' as const } : { type: 'boolean' as const, value }
}
