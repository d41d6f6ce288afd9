import type { DesiredState, ErrorCode, Outgoing } from '@lightrun/core'
import type { Config } from '../config/config.ts'

/**
 * What threads of one process say to each other. Both ends run the same code; the names of the channels carry a
 * version, so that two versions of the SDK in one process do not meet.
 */
const NAME = '@lightrun/sdk-node/threads/1'

/** Where all threads meet. */
export const MEETING = NAME
/** Between the process's agent and one worker. */
export const channelOf = (threadId: number): string => `${NAME}/${threadId}`

/** The part of the configuration that a worker's probes need and that can be cloned: no key, no logger of the application. */
export type WorkerConfig = Pick<
  Config,
  'maxFrames' | 'maxExpandFrames' | 'expandDependencies' | 'limits' | 'quota' | 'redaction'
> & {
  /** What the threads spend of the one budget. */
  spending: SharedArrayBuffer
}

export function toWorkerConfig(config: Config, spending: SharedArrayBuffer): WorkerConfig {
  const { maxFrames, maxExpandFrames, expandDependencies, limits, quota, redaction } = config
  return { maxFrames, maxExpandFrames, expandDependencies, limits, quota, redaction, spending }
}

export type MeetingMessage =
  /** The process has an agent (again): workers join. */
  | { kind: 'call' }
  | ({ kind: 'join' } & Joining)
  /** A worker that this worker had started has ended. */
  | { kind: 'gone'; threadId: number }

export interface Joining {
  threadId: number
  /** Chosen anew for each joining. */
  agentId: string
  /** Milliseconds since the epoch. */
  startedAtMs: number
}

export type ToWorker =
  /** Comes first, and tells which joining it answers. */
  | { kind: 'welcome'; agentId: string; config: WorkerConfig }
  | { kind: 'state'; state: DesiredState }
  /** So many reports have arrived since the last such message. */
  | { kind: 'taken'; count: number }
  | { kind: 'stop' }

export type FromWorker =
  | { kind: 'reports'; reports: readonly Outgoing[] }
  /** Everything is off, and why; without `why`: no longer. */
  | { kind: 'detached'; why?: string }
  /** A fault of ours over there, with no secret in it. */
  | { kind: 'fault'; code: ErrorCode; message: string }
  | { kind: 'stopped' }
