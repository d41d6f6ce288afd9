import { createReportQueue, LightrunError } from '@lightrun/core'
import { TICK_MS } from '../agent/agent.ts'
import { guardedTimers } from '../agent/guarded-timers.ts'
import { unrefTimers, wallNow } from '../agent/timers.ts'
import type { Installation } from '../installation.ts'
import { createProbing } from '../probing.ts'
import { MAX_SOURCE_MAP_LENGTH_HERE } from '../resolve/map/limits.ts'
import { createScriptReader } from '../resolve/read-scripts.ts'
import { readTextFile } from '../resolve/read-text-file.ts'
import type { Channel } from './channel.ts'
import { createHandover } from './handover.ts'
import type { Probing } from './join-process.ts'
import type { FromWorker, ToWorker, WorkerConfig } from './messages.ts'
import { createReportPump } from './report-pump.ts'

/** The half of an agent that works in the worker; the link to the server is the main thread's. */
export function createWorkerProbing(
  config: WorkerConfig,
  installation: Installation,
  channel: Channel<FromWorker, ToWorker>,
): Probing {
  const timers = guardedTimers(unrefTimers, (error) => probing.fault(error))
  const queue = createReportQueue({ now: wallNow })
  const pump = createReportPump(
    queue,
    (reports) => channel.post({ kind: 'reports', reports }),
    (error) => probing.fault(error),
  )
  const { converger, ...probing } = createProbing({
    // A logger of the application does not cross threads.
    config: { ...config, sink: console },
    installation,
    queue,
    spending: config.spending,
    // A thread for each thread of a pool would be too much: bounded, and on this one.
    reader: createScriptReader({ readText: readTextFile, maxMapLength: MAX_SOURCE_MAP_LENGTH_HERE }),
    elsewhere: () => undefined,
    onFault(error) {
      // What is wrong with the policy the main thread says, which has the same.
      if (error.code === 'internal_error') channel.post({ kind: 'fault', code: error.code, message: error.message })
    },
    onDetached: (why) => channel.post({ kind: 'detached', ...(why === undefined ? {} : { why }) }),
    handover: createHandover(timers),
  })
  let stopped = false
  function tick(): void {
    if (stopped) return
    // First: a tick that throws must not be the last one.
    timers.after(TICK_MS, tick)
    converger.tick()
    pump.tick()
  }
  tick()

  return {
    apply(state) {
      try {
        converger.apply(state)
      } catch (error) {
        // The next tick does the rest.
        probing.fault(LightrunError.from(error))
      }
    },
    placed: converger.placed,
    taken: pump.taken,
    lastWords() {
      converger.hurry()
      pump.drain()
    },
    async stop() {
      stopped = true
      await converger.stop()
      pump.drain()
      pump[Symbol.dispose]()
      probing[Symbol.dispose]()
    },
  }
}
