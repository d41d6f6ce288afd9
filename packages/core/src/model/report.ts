import * as z from 'zod/mini'
import { Distribution } from '../statistics/distribution.ts'
import { LogLevel } from './action.ts'
import { CapturedValueSchema } from './captured-value-schema.ts'
import { ActionStatus } from './status.ts'

/** Milliseconds since the epoch on the agent's clock. */
const AtMs = z.int().check(z.minimum(0))
const Name = z.string().check(z.maxLength(1_000))

/** A value under the name or expression that led to it; a failed watch says why instead. */
export const NamedValue = z.object({ name: z.string().check(z.maxLength(4_000)), value: CapturedValueSchema })
export const WatchResult = z.union([
  NamedValue,
  z.object({ name: z.string().check(z.maxLength(4_000)), error: z.string().check(z.maxLength(2_000)) }),
])
export type NamedValue = z.infer<typeof NamedValue>
export type WatchResult = z.infer<typeof WatchResult>

/** Values beside one line of a log; the text shows them all. More than people write, and a bound for whoever stores them. */
export const MAX_FIELDS = 100

/** One stack frame, in source positions where a map knows them. */
export const CapturedFrame = z.object({
  function: Name,
  file: z.string().check(z.maxLength(4_096)),
  line: z.int(),
  /** Absent where it is not known exactly. */
  column: z.optional(z.int()),
  /** Of a caller, where they were asked for and could be seen. */
  variables: z.optional(z.array(NamedValue)),
})
export type CapturedFrame = z.infer<typeof CapturedFrame>

/** The span that was active, in the application's own OpenTelemetry. Lowercase hex, never all zeros. */
export const TraceContext = z.object({
  traceId: z.string().check(z.regex(/^(?!0+$)[0-9a-f]{32}$/, 'must be 32 hexadecimal digits')),
  spanId: z.string().check(z.regex(/^(?!0+$)[0-9a-f]{16}$/, 'must be 16 hexadecimal digits')),
})
export type TraceContext = z.infer<typeof TraceContext>

export const LogHit = z.object({
  type: z.literal('log'),
  level: LogLevel,
  text: z.string(),
  /** The values in the text, each once, by the name the format gives them. */
  fields: z.optional(z.array(WatchResult).check(z.maxLength(MAX_FIELDS))),
  trace: z.optional(TraceContext),
})
export const SnapshotHit = z.object({
  type: z.literal('snapshot'),
  trace: z.optional(TraceContext),
  frames: z.array(CapturedFrame),
  variables: z.array(NamedValue),
  watches: z.array(WatchResult),
})
export const HitData = z.discriminatedUnion('type', [LogHit, SnapshotHit])
export type LogHit = z.infer<typeof LogHit>
export type SnapshotHit = z.infer<typeof SnapshotHit>
export type HitData = z.infer<typeof HitData>

/**
 * Why something that happened is not in the results. Lost data is counted, by reason, and reported. `unseen_end`: a call that was
 * to be measured has ended where no probe is, most likely by an error from elsewhere.
 */
export const LOSS_REASONS = [
  'queue_full',
  'throttled',
  'hit_limit',
  'too_large',
  'undeliverable',
  'unseen_end',
] as const
export const LossReason = z.enum(LOSS_REASONS)
export type LossReason = z.infer<typeof LossReason>

const ofAction = { actionId: z.string().check(z.maxLength(64)), revision: z.int() }

export const HitReport = z.object({ kind: z.literal('hit'), ...ofAction, atMs: AtMs, data: HitData })
/** Passes over the line since the last count report of this action: a difference, never a total. */
export const CountReport = z.object({
  kind: z.literal('count'),
  ...ofAction,
  atMs: AtMs,
  count: z.int().check(z.minimum(0)),
})
/**
 * What an action measures. `value`: of the metric's expression. `elapsed`: milliseconds between two lines. `returned`
 * and `thrown`: milliseconds of calls, by how they ended.
 */
export const SERIES = ['value', 'elapsed', 'returned', 'thrown'] as const
export const Series = z.enum(SERIES)
export type Series = z.infer<typeof Series>
/** What was measured since the last report of this action: a difference, never a total. Empty when nothing was. */
export const MetricReport = z.object({
  kind: z.literal('metric'),
  ...ofAction,
  atMs: AtMs,
  series: z.partialRecord(Series, Distribution),
})
export const StatusReport = z.object({ kind: z.literal('status'), ...ofAction, atMs: AtMs, status: ActionStatus })
export const LossReport = z.object({
  kind: z.literal('loss'),
  ...ofAction,
  atMs: AtMs,
  reason: LossReason,
  count: z.int().check(z.minimum(1)),
})
/**
 * How often this action's probe was passed since it was placed, and what became of it: totals, the latest counts. Passes
 * while the probe is off, because it is over its budget, are in none of them.
 */
export const Passes = z.object({
  passes: z.int().check(z.minimum(0)),
  /** The condition was false. */
  conditionFalse: z.int().check(z.minimum(0)),
  /** The condition could not be evaluated. */
  conditionFailed: z.int().check(z.minimum(0)),
  throttled: z.int().check(z.minimum(0)),
})
export type Passes = z.infer<typeof Passes>
export const PassesReport = z.object({ kind: z.literal('passes'), ...ofAction, atMs: AtMs, ...Passes.shape })
/** What an agent has to say, before it is numbered and sent. */
export const Report = z.discriminatedUnion('kind', [
  HitReport,
  CountReport,
  MetricReport,
  StatusReport,
  LossReport,
  PassesReport,
])
export type HitReport = z.infer<typeof HitReport>
export type CountReport = z.infer<typeof CountReport>
export type MetricReport = z.infer<typeof MetricReport>
export type StatusReport = z.infer<typeof StatusReport>
export type LossReport = z.infer<typeof LossReport>
export type PassesReport = z.infer<typeof PassesReport>
export type Report = z.infer<typeof Report>
