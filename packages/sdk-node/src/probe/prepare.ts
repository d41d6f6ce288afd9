import type { Action, CapturedValue, Capturer, LogHit, SnapshotHit } from '@lightrun/core'
import { readVariables, type Site, UNAVAILABLE } from '@lightrun/instrument'
import type { Config } from '../config/config.ts'
import type { Resolver } from '../resolve/resolution.ts'
import { createCounterTask } from './counter-task.ts'
import type { ExpressionCompiler, Own } from './expressions.ts'
import { createLogTask } from './log-task.ts'
import type { SiteTask } from './probe.ts'
import { createSnapshotTask } from './snapshot-task.ts'
import { captureStack, type RawFrame } from './stack.ts'
import type { ProbeTask } from './task.ts'

export interface PrepareOptions {
  config: Pick<Config, 'limits' | 'sink' | 'maxFrames'>
  compiler: ExpressionCompiler
  capturer: Capturer
  resolver: Resolver
  /** Whether a file is part of the agent: such frames are not the application's. */
  isOurs: (file: string) => boolean
  /** `atMs`: wall clock, milliseconds since the epoch. */
  reportHit: (action: Action, hit: LogHit | SnapshotHit, atMs: number) => void
  reportCount: (action: Action, count: number) => void
  now: () => number
}

/** Makes an action ready for one site: its expressions compiled against the variables there, its task bound. */
export function createPrepare(options: PrepareOptions): (action: Action, site: Site) => Promise<SiteTask> {
  const { config, compiler, capturer, resolver, isOurs, reportHit, reportCount, now } = options
  const { limits, sink, maxFrames } = config

  /** The top frame is where the probe is, and that is known exactly. */
  function stackAt({ position }: Site): RawFrame[] {
    const [top, ...callers] = captureStack(maxFrames, isOurs)
    if (top === undefined) return []
    return [{ ...top, line: position.line + 1, column: position.column + 1, exact: true }, ...callers]
  }

  async function createTask(action: Action, site: Site, own: Own): Promise<ProbeTask> {
    const { task } = action
    switch (task.type) {
      case 'counter':
        return createCounterTask((count) => reportCount(action, count))
      case 'log':
        return createLogTask({
          task,
          sink,
          parts: await compiler.compileFormat(task.format, site, own),
          capture: (value): CapturedValue => capturer.capture(value, limits.log),
          report: (hit) => reportHit(action, hit, now()),
        })
      case 'snapshot': {
        const compiled = task.watches.map(async (name) => ({ name, evaluate: await compiler.compile(name, site, own) }))
        return createSnapshotTask({
          watches: await Promise.all(compiled),
          captureVariables: (args) => {
            const readable = readVariables(site, args).filter(({ value }) => value !== UNAVAILABLE)
            return capturer.captureVariables(readable, limits.variables)
          },
          captureWatch: (value) => capturer.capture(value, limits.watch),
          captureStack: () => stackAt(site),
          mapFrames: resolver.originals,
          report: (hit, atMs) => reportHit(action, hit, atMs),
          now,
        })
      }
    }
  }

  return async (action, site) => {
    const owned: Disposable[] = []
    const own: Own = (resource) => owned.push(resource)
    const free = () => {
      for (const resource of owned.splice(0)) resource[Symbol.dispose]()
    }
    try {
      const task = await createTask(action, site, own)
      const condition = action.condition === undefined ? undefined : await compiler.compile(action.condition, site, own)
      return { task, condition, [Symbol.dispose]: free }
    } catch (error) {
      free()
      throw error
    }
  }
}
