import { keepTickShape, type TickShape } from './agent/tick-shape.ts'
import type { WeaveConfig } from './config/weave-config.ts'
import { type Cells, createCells } from './engine/cells.ts'
import { installHooks } from './load/install-hooks.ts'
import type { LoadHook } from './load/load-hook.ts'
import { ownDirectories } from './load/own-directories.ts'
import { createScripts, type Scripts } from './load/scripts.ts'
import { leaveToWorkers } from './threads/inheritance.ts'
import { type WorkerWatch, watchWorkers } from './threads/worker-watch.ts'

/** What stays in the process once modules are woven, whether or not an agent runs. */
export interface Installation {
  cells: Cells
  scripts: Scripts
  hooks: readonly LoadHook[]
  /** Where the agent's own code is, each with a trailing separator: never woven, never a frame of the application. */
  ownDirectories: readonly string[]
  /** Those that this thread has started since. */
  workers: WorkerWatch
  tickShape: TickShape
}

/** @param onRefused told what this process does not permit, and what to do */
export function createInstallation(weave: WeaveConfig, onRefused: (message: string) => void): Installation {
  const cells = createCells(globalThis)
  const scripts = createScripts()
  const thread = new URL('./module-hook-thread.js', import.meta.url)
  const own = ownDirectories()
  const hooks = installHooks({ ...weave, ownDirectories: own, scripts, cells, thread, onRefused })
  leaveToWorkers({ weave })
  const workers = watchWorkers(process, performance.now.bind(performance))
  const tickShape = keepTickShape(process.nextTick.bind(process))
  return { cells, scripts, hooks, ownDirectories: own, workers, tickShape }
}
