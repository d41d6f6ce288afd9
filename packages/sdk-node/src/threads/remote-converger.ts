import { LightrunError, type Outgoing, type ReportQueue, type Timers } from '@lightrun/core'
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
  /** Of its own: keeps what adds up until the next tick. */
  sums: ReportQueue
  timers: Timers
  threadId: number
  /** A fault of ours, here or over there. Must not throw. */
  onFault: (error: LightrunError) => void
}

/** The converger of another thread: what is wanted goes there, what it has to say comes into the queue. */
export function createRemoteConverger(options: RemoteConvergerOptions): RemoteConverger {
  const { channel, queue, sums, timers, threadId, onFault } = options
  let markStopped = () => {}
  const stopped = new Promise<void>((resolve) => {
    markStopped = resolve
  })
  let isOver = false

  /**
   * What adds up comes ten times a second, for the case that the worker is terminated; to the server it goes once a second, as
   * that of the main thread.
   */
  function take(report: Outgoing): void {
    if (!isOver && (report.kind === 'count' || report.kind === 'metric')) {
      sums.offer(report)
      return
    }
    queue.offer(report)
  }

  function release(): void {
    for (let report = sums.take(); report !== undefined; report = sums.take()) queue.offer(report)
  }

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
        for (const report of message.reports) take(report)
        // Whoever reads that an action is over reads all that it has counted.
        if (message.reports.some(({ kind }) => kind === 'status')) release()
    }
  }, onFault)
  const converger: RemoteConverger = {
    onDetached: undefined,
    apply: (state) => channel.post({ kind: 'state', state }),
    async placed() {},
    tick: release,
    async settled() {},
    hurry: release,
    async stop() {
      channel.post({ kind: 'stop' })
      const cancel = timers.after(WORKER_STOP_TIMEOUT_MS, markStopped)
      await stopped
      cancel()
      isOver = true
      release()
    },
    gone: () => markStopped(),
  }
  return converger
}
