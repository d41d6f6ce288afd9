import { LightrunError, type ReportQueue, type Timers } from '@lightrun/core'
import type { AgentConverger } from '../agent/agent.ts'
import { type Channel, guardedListener } from './channel.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** A worker that is busy is not waited for: what it has sent so far is delivered. */
export const WORKER_STOP_TIMEOUT_MS = 500

export interface RemoteConverger extends AgentConverger {
  /** Told why everything is off over there, and (`undefined`) that it no longer is. One listener. */
  onDetached: ((why: string | undefined) => void) | undefined
  /** The worker has ended: nobody is to be waited for. */
  gone(): void
}

export interface RemoteConvergerOptions {
  channel: Channel<ToWorker, FromWorker>
  queue: ReportQueue
  timers: Timers
  threadId: number
  /** A fault of ours, here or over there. Must not throw. */
  onFault: (error: LightrunError) => void
}

/** The converger of another thread: what is wanted goes there, what it has to say comes into the queue. */
export function createRemoteConverger(options: RemoteConvergerOptions): RemoteConverger {
  const { channel, queue, timers, threadId, onFault } = options
  let markStopped = () => {}
  const stopped = new Promise<void>((resolve) => {
    markStopped = resolve
  })
  channel.onMessage = guardedListener((message) => {
    switch (message.kind) {
      case 'stopped':
        return markStopped()
      case 'detached':
        return converger.onDetached?.(message.why)
      case 'fault':
        return onFault(new LightrunError(message.code, `worker thread ${threadId}: ${message.message}`))
      case 'reports':
        // Also when one of them meets a fault: the worker would wait for ever to be told.
        channel.post({ kind: 'taken', count: message.reports.length })
        for (const report of message.reports) queue.offer(report)
    }
  }, onFault)
  const converger: RemoteConverger = {
    onDetached: undefined,
    apply: (state) => channel.post({ kind: 'state', state }),
    async placed() {},
    // The worker has its own.
    tick() {},
    async settled() {},
    hurry() {},
    async stop() {
      channel.post({ kind: 'stop' })
      const cancel = timers.after(WORKER_STOP_TIMEOUT_MS, markStopped)
      await stopped
      cancel()
    },
    gone: () => markStopped(),
  }
  return converger
}
