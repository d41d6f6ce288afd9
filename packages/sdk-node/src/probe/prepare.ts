import {
  type Action,
  type CapturedValue,
  type Capturer,
  LightrunError,
  type LogHit,
  type SnapshotHit,
} from '@lightrun/core'
import { readVariables, type Site, UNAVAILABLE } from '@lightrun/instrument'
import type { Config } from '../config/config.ts'
import type { CallerLocals } from '../engine/inspector/caller-locals.ts'
import type { Resolver } from '../resolve/resolution.ts'
import { besideFrames } from './caller-variables.ts'
import { createContextCell, createPlainCell } from './context-cell.ts'
import { createCounterTask } from './counter-task.ts'
import { createDurationTask, type DurationTasks } from './duration-task.ts'
import type { ExpressionCompiler, Own } from './expressions.ts'
import { createLogTask } from './log-task.ts'
import { createMetricTask } from './metric-task.ts'
import { type ContextCell, createOpenTimes, type OpenTime, type OpenTimes } from './open-times.ts'
import type { CallRole, MeasuredFunction, Point, Role } from './point.ts'
import type { SiteTask } from './probe.ts'
import type { ReportSeries } from './series-report.ts'
import { createSnapshotTask } from './snapshot-task.ts'
import { captureStack, type RawFrame } from './stack.ts'
import type { ProbeTask } from './task.ts'
import { createTicTocTask } from './tic-toc-task.ts'

export interface PrepareOptions {
  config: Pick<Config, 'limits' | 'sink' | 'maxFrames'>
  compiler: ExpressionCompiler
  capturer: Capturer
  /** Takes secrets out of a line of a log. */
  scrub: (text: string) => string
  resolver: Resolver
  /** @throws LightrunError `inspector_unavailable` */
  openCallers: () => CallerLocals
  /** Whether a file is part of the agent: such frames are not the application's. */
  isOurs: (file: string) => boolean
  /** `atMs`: wall clock, milliseconds since the epoch. */
  reportHit: (action: Action, hit: LogHit | SnapshotHit, atMs: number) => void
  reportCount: (action: Action, count: number) => void
  reportSeries: (action: Action, series: Parameters<ReportSeries>[0]) => void
  /** Wall clock, milliseconds since the epoch. */
  now: () => number
  /** A clock that never goes back. */
  nowMs: () => number
}

/** An action made ready for its points, in their order. */
export interface Prepared extends Disposable {
  sites: readonly SiteTask[]
}

/** Where a condition is asked: what has begun ends whatever it says by then. */
const BEGINS: Record<Role, boolean> = {
  line: true,
  tic: true,
  toc: false,
  entry: true,
  return: false,
  throw: false,
  leave: false,
}

const isCallRole = (role: Role): role is CallRole => role !== 'line' && role !== 'tic' && role !== 'toc'

/** Compiles the expressions of an action against the variables at each of its points, and binds its task there. */
export type Prepare = (action: Action, points: readonly Point[]) => Promise<Prepared>

export function createPrepare(options: PrepareOptions): Prepare {
  const {
    config,
    compiler,
    capturer,
    scrub,
    resolver,
    openCallers,
    isOurs,
    reportHit,
    reportCount,
    reportSeries,
    now,
    nowMs,
  } = options
  const { limits, sink, maxFrames } = config

  /** The top frame is where the probe is, and that is known exactly. */
  function stackAt({ position }: Site): RawFrame[] {
    const [top, ...callers] = captureStack(maxFrames, isOurs)
    if (top === undefined) return []
    return [{ ...top, line: position.line + 1, column: position.column + 1, exact: true }, ...callers]
  }

  function callersOf(count: number | undefined, own: Own) {
    if (count === undefined) return undefined
    const callers = openCallers()
    own(callers)
    return (frames: readonly RawFrame[]) => {
      const seen = callers.look(count, isOurs)
      return seen && besideFrames(frames, seen, (locals) => capturer.captureVariables(locals, limits.variables))
    }
  }

  async function createTask(action: Action, site: Site, own: Own): Promise<ProbeTask> {
    const { task } = action
    switch (task.type) {
      case 'counter':
        return createCounterTask((count) => reportCount(action, count))
      case 'metric':
        return createMetricTask({
          expression: await compiler.compile(task.expression, site, own),
          report: (series) => reportSeries(action, series),
        })
      case 'tictoc':
      case 'duration':
        throw new LightrunError('internal_error', `a ${task.type} needs more than one line`)
      case 'log':
        return createLogTask({
          task,
          sink,
          parts: await compiler.compileFormat(task.format, site, own),
          capture: (value): CapturedValue => capturer.capture(value, limits.log),
          scrub,
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
          captureCallers: callersOf(task.callerFrames, own),
          mapFrames: resolver.originals,
          report: (hit, atMs) => reportHit(action, hit, atMs),
          now,
        })
      }
    }
  }

  function openTimes(context: ContextCell<OpenTime>, own: Own): OpenTimes {
    own(context)
    return createOpenTimes(context, nowMs)
  }

  /** One task for both ends: what begins at one is known at the other. */
  function createEnds(action: Action, own: Own): (point: Point) => ProbeTask {
    const times = openTimes(createContextCell(), own)
    const ends = createTicTocTask({ times, report: (series) => reportSeries(action, series) })
    return ({ role }) => (role === 'toc' ? ends.toc : ends.tic)
  }

  /** One task for each function, which its places share. */
  function createCalls(action: Action, own: Own): (point: Point) => ProbeTask {
    const tasks = new Map<MeasuredFunction, DurationTasks>()
    return ({ of, role }) => {
      if (of === undefined || !isCallRole(role)) throw new TypeError('a duration is measured at places of calls')
      const known = tasks.get(of) ?? createDuration(action, of, own)
      tasks.set(of, known)
      return known[role]
    }
  }

  function createDuration(action: Action, { isAsync, isGenerator, hasLeave }: MeasuredFunction, own: Own) {
    return createDurationTask({
      times: openTimes(isAsync || isGenerator ? createContextCell() : createPlainCell(), own),
      hasLeave,
      silentEnding: isGenerator ? 'returned' : 'thrown',
      report: (series) => reportSeries(action, series),
    })
  }

  function taskMaker(action: Action, own: Own): (point: Point) => ProbeTask | Promise<ProbeTask> {
    switch (action.task.type) {
      case 'tictoc':
        return createEnds(action, own)
      case 'duration':
        return createCalls(action, own)
      default:
        return ({ named }) => createTask(action, named, own)
    }
  }

  return async (action, points) => {
    const owned: Disposable[] = []
    const own: Own = (resource) => owned.push(resource)
    const free = () => {
      for (const resource of owned.splice(0)) resource[Symbol.dispose]()
    }
    const { condition } = action
    try {
      const taskAt = taskMaker(action, own)
      const sites = points.map(
        async (point): Promise<SiteTask> => ({
          task: await taskAt(point),
          condition:
            condition === undefined || !BEGINS[point.role]
              ? undefined
              : await compiler.compile(condition, point.named, own),
        }),
      )
      return { sites: await Promise.all(sites), [Symbol.dispose]: free }
    } catch (error) {
      free()
      throw error
    }
  }
}
