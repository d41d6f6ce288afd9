import type { CapturedFrame, CapturedValue, NamedValue, SnapshotHit, TraceContext } from '@lightrun/core'
import { type SiteExpression, toResult } from './expressions.ts'
import type { RawFrame } from './stack.ts'
import type { ProbeTask } from './task.ts'

export interface Watch {
  name: string
  evaluate: SiteExpression
}

export interface SnapshotTaskOptions {
  watches: readonly Watch[]
  /** Every variable of the site, under one budget. */
  captureVariables: (args: readonly unknown[]) => NamedValue[]
  captureWatch: (value: unknown) => CapturedValue
  /** Takes secrets out of texts: names of functions and files are data, and an error may quote a value. */
  scrub: (text: string) => string
  /** The stack at the hit, told when it is asked for. */
  catchStack: () => () => readonly RawFrame[]
  /** The variables of callers, beside the frames of the stack. `undefined`: they cannot be seen here. */
  captureCallers?: ((frames: readonly RawFrame[]) => readonly (NamedValue[] | undefined)[] | undefined) | undefined
  /** Puts frames into source positions; reads maps, so it happens after the hit. Never rejects. */
  mapFrames: (frames: readonly RawFrame[]) => Promise<CapturedFrame[]>
  /** The span that is active at a hit. */
  traceContext: () => TraceContext | undefined
  /** Takes a hit's place among those of other actions. To be called with the hit, whose time is `atMs`, or without when it is lost. */
  reserve: () => (hit: SnapshotHit | undefined, atMs: number) => void
  /** Called instead when a fault of ours costs a hit that was seen already. Must not throw. */
  fault: (cause: unknown) => void
  now: () => number
}

interface PendingHit {
  frames: () => readonly RawFrame[]
  reportWith: (mapped: CapturedFrame[]) => void
  lose: () => void
}

const NO_CALLERS =
  'the variables of callers cannot be seen here: the code is not woven, the stack is very deep, or a debugger may be attached; ask without them'

/** Variables, watches and the stack, seen in one synchronous look; only the mapping of frames comes later. */
export function createSnapshotTask(options: SnapshotTaskOptions): ProbeTask {
  const {
    watches,
    captureVariables,
    captureWatch,
    scrub,
    catchStack,
    captureCallers,
    mapFrames,
    traceContext,
    reserve,
    fault,
    now,
  } = options
  const results = { capture: captureWatch, scrub }
  let chain: Promise<void> = Promise.resolve()
  /** Hits whose frames are not mapped yet. */
  const pending = new Set<PendingHit>()

  /** Never rejects: nobody waits for it. */
  async function finish(before: Promise<void>, hit: PendingHit) {
    try {
      pending.add(hit)
      // Once the application's own code has ended, and not when all hits before are told: what is on a stack is kept alive until then.
      await undefined
      hit.frames()
      await before
      offer(hit, await positionsOf(hit))
    } catch (cause) {
      giveUp(hit, cause)
    }
  }

  /** A fault of ours in there costs the positions, not the hit. */
  async function positionsOf({ frames }: PendingHit): Promise<CapturedFrame[]> {
    try {
      return await mapFrames(frames())
    } catch {
      return frames().map(withoutColumn)
    }
  }

  function giveUp(hit: PendingHit, cause: unknown): void {
    // Each by itself: the hits of others wait for this one.
    quietly(() => hit.lose())
    quietly(() => fault(cause))
    quietly(() => pending.delete(hit))
  }

  function offer(hit: PendingHit, frames: CapturedFrame[]): void {
    if (!pending.delete(hit)) return
    try {
      hit.reportWith(frames)
    } catch (cause) {
      giveUp(hit, cause)
    }
  }

  return {
    perform(args) {
      const atMs = now()
      const frames = catchStack()
      const callers = captureCallers === undefined ? [] : captureCallers(frames())
      if (callers === undefined) return NO_CALLERS
      const variables = captureVariables(args)
      const watched = watches.map(({ name, evaluate }) => toResult(name, evaluate(args), results))
      const trace = traceContext()
      const report = reserve()
      chain = finish(chain, {
        frames,
        lose: () => report(undefined, atMs),
        reportWith(mapped) {
          const seen = mapped.map((each, index) => {
            const frame = { ...each, function: scrub(each.function), file: scrub(each.file) }
            const found = callers[index]
            return found === undefined ? frame : { ...frame, variables: found }
          })
          const traced = trace === undefined ? {} : { trace }
          report({ type: 'snapshot', ...traced, frames: seen, variables, watches: watched }, atMs)
        },
      })
      return undefined
    },
    flush() {},
    settled: () => chain,
    hurry() {
      for (const hit of pending) offer(hit, hit.frames().map(withoutColumn))
    },
  }
}

/** Where telling of a fault fails as well: the next one to hear of it would be the application. */
function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // Nobody is left to be told.
  }
}

/** The column may count our probes. */
const withoutColumn = ({ function: name, file, line }: RawFrame): CapturedFrame => ({ function: name, file, line })
