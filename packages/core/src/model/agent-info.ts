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

/** What an agent says of itself when it registers. */
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
})
export type AgentInfo = z.infer<typeof AgentInfo>
