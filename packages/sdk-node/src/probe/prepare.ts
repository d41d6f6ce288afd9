import {
  type Action,
  type CapturedValue,
  type Capturer,
  type HitData,
  type HitReport,
  LightrunError,
  type LogLine,
  type TraceContext,
} from '@lightrun/core'
import { readVariables, type Site, UNAVAILABLE } from '@lightrun/instrument'
import type { Config } from '../config/config.ts'
import type { CallerLocals } from '../engine/inspector/caller-locals.ts'
import { isDependency } from '../load/eligible.ts'
import type { Resolver } from '../resolve/resolution.ts'
import { besideFrames } from './caller-variables.ts'
import { createCounterTask } from './counter-task.ts'
import type { ExpressionCompiler, Own } from './expressions.ts'
import type { HitOrder } from './hit-order.ts'
import { createLogTask } from './log-task.ts'
import { measureBetween } from './measure.ts'
import { createMetricTask } from './metric-task.ts'
import { createMomentViews, type MomentView } from './moment.ts'
import type { Point, Role } from './point.ts'
import type { SiteTask } from './probe.ts'
import type { ReportSeries } from './series-report.ts'
import { createSnapshotTask } from './snapshot-task.ts'
import { catchStack, type RawFrame } from './stack.ts'
import { NOTHING, type ProbeTask } from './task.ts'

export interface PrepareOptions {
  config: Pick<Config, 'limits' | 'sink' | 'maxFrames' | 'maxExpandFrames' | 'expandDependencies'>
  compiler: ExpressionCompiler
  capturer: Capturer
  /** Takes secrets out of text that is about to be reported. */
  scrub: (text: string) => string
  /** Whether there is certainly nothing to hide in a text, nor in any part of it. */
  isClear: (text: string) => boolean
  resolver: Resolver
  /** @throws LightrunError `inspector_unavailable` */
  openCallers: () => CallerLocals
  /** Whether a file is part of the agent: such frames are not the application's. */
  isOurs: (file: string) => boolean
  hits: HitOrder<Hit>
  traceContext: () => TraceContext | undefined
  /** A fault of ours that costs a hit which was seen already. Must not throw. */
  loseHit: (action: Action, cause: unknown) => void
  reportCount: (action: Action, count: number) => void
  reportSeries: (action: Action, series: Parameters<ReportSeries>[0]) => void
  /** Calls that were to be measured and ended where no probe is. */
  reportUnseen: (action: Action, calls: number) => void
  /** Wall clock, milliseconds since the epoch. */
  now: () => number
  /** A clock that never goes back. */
  nowMs: () => number
}

export type Hit = HitReport | LogLine

/** An action made ready for its points, in their order. */
export interface Prepared extends Disposable {
  sites: readonly PreparedSite[]
}

export interface PreparedSite extends SiteTask {
  /** What the task and the condition are to see of a pass, where that is not just what the engine passes. */
  read?: MomentView['read']
}

const toReport = ({ id, revision }: Action, data: HitData, atMs: number): HitReport => ({
  kind: 'hit',
  actionId: id,
  revision,
  atMs,
  data,
})

/** What stands for an error that came from elsewhere. */
const UNSEEN: CapturedValue = { type: 'omitted', reason: 'unsafe', of: 'an error from elsewhere' }
const isUnseen = ({ variables: [first] }: Site, args: readonly unknown[]) =>
  first?.scope === 'outcome' && args[0] === UNAVAILABLE

/** Where a condition is asked: what has begun ends whatever it says by then. */
const BEGINS: Record<Role, boolean> = {
  line: true,
  tic: true,
  toc: false,
  before: false,
  entry: true,
  return: false,
  throw: false,
  leave: false,
}

/** Compiles the expressions of an action against the variables at each of its points, and binds its task there. */
export type Prepare = (action: Action, points: readonly Point[]) => Promise<Prepared>

export function createPrepare(options: PrepareOptions): Prepare {
  const {
    config,
    compiler,
    capturer,
    scrub,
    isClear,
    resolver,
    openCallers,
    isOurs,
    hits,
    traceContext,
    loseHit,
    reportCount,
    reportSeries,
    reportUnseen,
    now,
    nowMs,
  } = options
  const { limits, sink, maxFrames, maxExpandFrames, expandDependencies } = config

  /** The top frame is where the probe is, and that is known exactly. */
  function stackAt({ position }: Site): () => RawFrame[] {
    const stack = catchStack(maxFrames, isOurs)
    return () => {
      const [top, ...callers] = stack()
      if (top === undefined) return []
      return [{ ...top, line: position.line + 1, column: position.column + 1, exact: true }, ...callers]
    }
  }

  function callersOf(count: number | undefined, own: Own) {
    if (count === undefined) return undefined
    const expanded = Math.min(count, maxExpandFrames - 1)
    if (expanded === 0) return undefined
    const callers = openCallers()
    own(callers)
    return (frames: readonly RawFrame[]) => {
      const seen = callers.look(expanded, isOurs)?.filter(({ path }) => expandDependencies || !isDependency(path))
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
          scrub,
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
          isClear,
          maxPlainLength: limits.log.maxStringLength,
          traceContext,
          action: { actionId: action.id, revision: action.revision },
          now,
          report: (hit, atMs) => hits.offer(toReport(action, hit, atMs)),
          reportLine: hits.offer,
          settled: hits.settled,
        })
      case 'snapshot': {
        const compiled = task.watches.map(async (name) => ({ name, evaluate: await compiler.compile(name, site, own) }))
        return createSnapshotTask({
          watches: await Promise.all(compiled),
          captureVariables: (args) => {
            const readable = readVariables(site, args).filter(({ value }) => value !== UNAVAILABLE)
            const captured = capturer.captureVariables(readable, limits.variables)
            return isUnseen(site, args) ? [{ name: site.variables[0]!.name, value: UNSEEN }, ...captured] : captured
          },
          captureWatch: (value) => capturer.capture(value, limits.watch),
          scrub,
          catchStack: () => stackAt(site),
          captureCallers: callersOf(task.callerFrames, own),
          mapFrames: resolver.originals,
          traceContext,
          reserve: () => {
            const offer = hits.reserve()
            return (hit, atMs) => offer(hit && toReport(action, hit, atMs))
          },
          fault: (cause) => loseHit(action, cause),
          now,
        })
      }
    }
  }

  async function prepareMoment(action: Action, view: MomentView, { role }: Point, own: Own): Promise<PreparedSite> {
    const { at, condition } = action
    const { named, read } = view
    if (role !== at && role !== 'leave') return { task: NOTHING, condition: undefined, read }
    return {
      task: await createTask(action, named, own),
      condition: condition === undefined ? undefined : await compiler.compile(condition, named, own),
      read,
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
      if (action.at !== undefined) {
        const viewAt = createMomentViews(action.at, own)
        const sites = points.map((point) => prepareMoment(action, viewAt(point), point, own))
        return { sites: await Promise.all(sites), [Symbol.dispose]: free }
      }
      const measuring = {
        own,
        report: (series: Parameters<ReportSeries>[0]) => reportSeries(action, series),
        reportUnseen: (calls: number) => reportUnseen(action, calls),
        nowMs,
      }
      const taskAt = measureBetween(action, measuring) ?? (({ named }: Point) => createTask(action, named, own))
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
