import type { ReportQueue, Timers } from '@lightrun/core'
import type { AgentConverger } from '../agent/agent.ts'
import type { Channel } from './channel.ts'
import type { FromWorker, ToWorker } from './messages.ts'

/** A worker that is busy is not waited for: what it has sent so far is delivered. */
export const WORKER_STOP_TIMEOUT_MS = 500

export interface RemoteConverger extends AgentConverger {
  /** Told why everything is off over there, and (`undefined`) that it no longer is. One listener. */
  onDetached: ((why: string | undefined) => void) | undefined
  /** The worker has ended: nobody is to be waited for. */
  gone(): void
}

/** The converger of another thread: what is wanted goes there, what it has to say comes into the queue. */
export function createRemoteConverger(
  channel: Channel<ToWorker, FromWorker>,
  queue: ReportQueue,
  timers: Timers,
): RemoteConverger {
  let markStopped = () => {}
  const stopped = new Promise<void>((resolve) => {
    markStopped = resolve
  })
  channel.onMessage = (message) => {
    if (message.kind === 'stopped') return markStopped()
    if (message.kind === 'detached') return converger.onDetached?.(message.why)
    for (const report of message.reports) queue.offer(report)
    channel.post({ kind: 'taken', count: message.reports.length })
  }
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
