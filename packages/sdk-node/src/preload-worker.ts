import { randomUUID } from 'node:crypto'
import { threadId } from 'node:worker_threads'
import { holdProcess, unrefTimers } from './agent/timers.ts'
import { findHolder } from './holder.ts'
import { createInstallation } from './installation.ts'
import { openBroadcastChannel } from './threads/channel.ts'
import { inherited } from './threads/inheritance.ts'
import { joinProcess } from './threads/join-process.ts'

/**
 * The preload of a worker thread: hooks at once, and an agent of the process once that has one. Silent: what is wrong
 * with the preload, the main thread has said.
 */
function preload(): void {
  const holder = findHolder()
  const inheritance = inherited()
  // Without: the process has no SDK, and nobody will ask this worker.
  if (holder === undefined || holder.installation !== undefined || inheritance === undefined) return
  const installation = createInstallation(inheritance.weave, () => {})
  holder.installation = installation
  const { lastWords } = joinProcess({
    threadId,
    startedAtMs: Math.round(performance.timeOrigin),
    createId: randomUUID,
    open: openBroadcastChannel,
    watch: installation.workers,
    timers: unrefTimers,
    openProbing: async (config, channel) => {
      const { createWorkerProbing } = await import('./threads/worker-probing.ts')
      return createWorkerProbing(config, installation, channel)
    },
    hold: holdProcess,
    onAgent(agent) {
      holder.agent = agent
    },
    // It has no log of its own. Once it has joined, the main thread's says it.
    onFault() {},
  })
  process.once('exit', lastWords)
}

try {
  preload()
} catch {
  // The worker runs as it would without us.
}
