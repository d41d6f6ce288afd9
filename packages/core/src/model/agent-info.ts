import * as z from 'zod/mini'

const Text = z.string().check(z.maxLength(500))

/** Most tags one agent may carry. */
export const MAX_TAGS = 50

/** A worker thread: an agent of its process, which is the agent of that process's main thread. */
export const WorkerInfo = z.object({
  /** Node's `threadId`: unique in the process, never used again. */
  threadId: z.int(),
  /** Absent when the worker started an agent by itself. */
  processAgentId: z.optional(Text),
})
export type WorkerInfo = z.infer<typeof WorkerInfo>

/** Everything is taken off in this agent: by policy, or because it found itself broken. */
export const AgentDetached = z.object({
  /** Milliseconds since the epoch. */
  sinceMs: z.int(),
  /** Why, and how it is attached again. */
  message: z.string().check(z.maxLength(2_000)),
})
export type AgentDetached = z.infer<typeof AgentDetached>

/** What an agent says of itself when it registers, and again when that has changed. */
export const AgentInfo = z.object({
  displayName: Text.check(z.minLength(1)),
  tags: z.array(Text.check(z.minLength(1))).check(z.maxLength(MAX_TAGS)),
  hostname: Text,
  pid: z.int(),
  runtime: z.object({ name: Text, version: Text }),
  sdkVersion: Text,
  startedAtMs: z.int(),
  /** Absent on a process's main thread. */
  worker: z.optional(WorkerInfo),
  /** `cluster.worker.id`; absent in a process that no cluster forked. */
  clusterWorker: z.optional(z.int()),
  /** Absent while it serves what is wanted. */
  detached: z.optional(AgentDetached),
})
export type AgentInfo = z.infer<typeof AgentInfo>
