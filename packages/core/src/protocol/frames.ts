import * as z from 'zod/mini'
import { Action } from '../model/action.ts'
import { AgentInfo } from '../model/agent-info.ts'
import { Policy } from '../model/policy.ts'
import { Report } from '../model/report.ts'

/** Grows when a frame changes in a way an older peer cannot read. */
export const PROTOCOL_VERSION = 1
/** Largest frame an agent sends: what a server must be ready to buffer per request. */
export const MAX_UP_FRAME_BYTES = 1024 * 1024
/** Largest frame a server sends: a desired state of a few thousand actions. */
export const MAX_DOWN_FRAME_BYTES = 4 * 1024 * 1024
/** Most reports in one frame; bounds the work of one ingestion. */
export const MAX_REPORTS_PER_FRAME = 2_000

/** Random per process start; 16 to 64 characters, so that one agent cannot guess another's. */
export const AgentId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be 16 to 64 letters, digits, dashes or underscores'))

/**
 * Agent → server. `hello` is present until the server has accepted one. `first` is the sequence number of
 * `reports[0]`; the others follow. Sequence numbers only grow, and a frame is sent again unchanged until it
 * is answered, so a server that has seen a number drops the repeat.
 */
export const UpFrame = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  agentId: AgentId,
  hello: z.optional(AgentInfo),
  first: z.int().check(z.minimum(1)),
  reports: z.array(Report).check(z.maxLength(MAX_REPORTS_PER_FRAME)),
})
export type UpFrame = z.infer<typeof UpFrame>

/**
 * Server → agent: everything the agent should be doing, at a version that only grows. Not a command: losing
 * or repeating one is harmless, and a reconnect is a resync.
 */
export const DesiredState = z.object({
  protocol: z.literal(PROTOCOL_VERSION),
  version: z.int().check(z.minimum(0)),
  serverTimeMs: z.int(),
  actions: z.array(Action).check(z.maxLength(10_000)),
  /** Absent: the agent's own configuration decides. */
  policy: z.optional(Policy),
})
export type DesiredState = z.infer<typeof DesiredState>
