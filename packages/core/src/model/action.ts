import * as z from 'zod/mini'
import { AskedPosition } from './position.ts'

/** Bytes of JavaScript someone types as a condition, a watch or a log format. Larger is a program, not a question. */
export const MAX_EXPRESSION_LENGTH = 2_000
/** Text of a log before its expressions are rendered. */
export const MAX_FORMAT_LENGTH = 4_000
/** Watch expressions of one snapshot: each costs application time on a hit. */
export const MAX_WATCHES = 32
/** Callers whose variables a snapshot may ask for: each is looked at while the application stands still. */
export const MAX_CALLER_FRAMES = 5
/** A question is asked for a while: at least long enough to be seen, at most a week. */
export const MIN_EXPIRE_SECONDS = 1
export const MAX_EXPIRE_SECONDS = 7 * 24 * 3_600
export const DEFAULT_EXPIRE_SECONDS = 3_600
/** Hits after which an action ends by itself. */
export const MAX_HITS_LIMIT = 1_000_000
/** Hits of one snapshot, over all agents: each may take 64 KiB of the database, and nobody reads more than a few. */
export const MAX_SNAPSHOT_HITS = 1_000
/** A snapshot answers once unless asked for more (the peers' UI default); logs and counters run until they expire. */
export const DEFAULT_SNAPSHOT_HITS = 1

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export const LogLevel = z.enum(LOG_LEVELS)
export type LogLevel = z.infer<typeof LogLevel>

const Expression = z.string().check(z.minLength(1), z.maxLength(MAX_EXPRESSION_LENGTH))

/** What the action does at its line. */
export const LogTask = z.object({
  type: z.literal('log'),
  /** Text with `{expression}`; `{{` and `}}` are braces. */
  format: z.string().check(z.minLength(1), z.maxLength(MAX_FORMAT_LENGTH)),
  level: LogLevel,
  /** Where the line goes: to the server, to the application's own output, or to both. */
  targets: z.array(z.enum(['server', 'stdout'])).check(z.minLength(1), z.maxLength(2)),
})
export const SnapshotTask = z.object({
  type: z.literal('snapshot'),
  /** Evaluated beside the variables, with a larger budget. */
  watches: z.array(Expression).check(z.maxLength(MAX_WATCHES)),
  /** The variables of this many callers as well, which takes a pause of some milliseconds. Absent: none, and no pause. */
  callerFrames: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_CALLER_FRAMES))),
})
const Name = z.string().check(z.minLength(1), z.maxLength(200))
export const CounterTask = z.object({ type: z.literal('counter'), name: Name })
/** Statistics of a number, seen on every pass. */
export const MetricTask = z.object({ type: z.literal('metric'), name: Name, expression: Expression })
/** Statistics of the time from one line to another, in the same asynchronous context. */
export const TicTocTask = z.object({
  type: z.literal('tictoc'),
  name: Name,
  /** Where the time ends; it begins at the action's position. */
  toc: AskedPosition,
})
/** Statistics of how long calls of the function around the position take, from entry to return or throw. */
export const DurationTask = z.object({ type: z.literal('duration'), name: Name })
export const Task = z.discriminatedUnion('type', [
  LogTask,
  SnapshotTask,
  CounterTask,
  MetricTask,
  TicTocTask,
  DurationTask,
])
export type Task = z.infer<typeof Task>
export type LogTask = z.infer<typeof LogTask>
export type SnapshotTask = z.infer<typeof SnapshotTask>
export type CounterTask = z.infer<typeof CounterTask>
export type MetricTask = z.infer<typeof MetricTask>
export type TicTocTask = z.infer<typeof TicTocTask>
export type DurationTask = z.infer<typeof DurationTask>

/**
 * When the task is done, if not as the line is reached: as the function around the position returns, or throws. Its
 * expressions and its snapshot then know what: `$return`, or `$error`.
 */
export const MOMENTS = ['return', 'throw'] as const
export const Moment = z.enum(MOMENTS)
export type Moment = z.infer<typeof Moment>
/** What the outcome is called in expressions and snapshots. */
export const OUTCOME_NAMES = { return: '$return', throw: '$error' } as const satisfies Record<Moment, string>

/** Actions that look at one place. The others measure from one place to another and take no `at`. */
export const hasMoment = ({ type }: Task): boolean => type !== 'tictoc' && type !== 'duration'

/**
 * What one agent may take of a hit limit that holds over all agents. A new number of the deal is a new share, for the same
 * probe; the agent that has used its share up says so (status `waiting`, every second) until it hears of another deal.
 */
export const Lease = z.object({
  deal: z.int().check(z.minimum(0)),
  /** Hits under this deal. */
  hits: z.int().check(z.minimum(1), z.maximum(MAX_HITS_LIMIT)),
  /** These are all that is left: the probe ends after them. */
  last: z.optional(z.boolean()),
})
export type Lease = z.infer<typeof Lease>

/** What someone asked for, as an agent receives it. */
export const Action = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Grows with every change; a probe of an older revision is replaced. */
  revision: z.int().check(z.minimum(1)),
  position: AskedPosition,
  /** Absent: when the line is reached. */
  at: z.optional(Moment),
  task: Task,
  condition: z.optional(Expression),
  /** Server clock, milliseconds since the epoch. The agent corrects by `serverTimeMs` of the desired state. */
  expiresAtMs: z.int(),
  /** Hits of this agent after which its probe ends. Absent: until it expires. */
  maxHits: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_HITS_LIMIT))),
  /** Its share of a limit over all agents. Absent: there is none. */
  lease: z.optional(Lease),
  /** Not under the budget of the process, unless the agent's own configuration forbids it. Takes a permission. */
  ignoreQuota: z.optional(z.boolean()),
})
export type Action = z.infer<typeof Action>
