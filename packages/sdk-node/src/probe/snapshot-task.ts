import type { CapturedFrame, CapturedValue, NamedValue, SnapshotHit, WatchResult } from '@lightrun/core'
import { explain, type SiteExpression } from './expressions.ts'
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
  captureStack: () => RawFrame[]
  /** The variables of callers, beside the frames of the stack. `undefined`: they cannot be seen here. */
  captureCallers?: ((frames: readonly RawFrame[]) => readonly (NamedValue[] | undefined)[] | undefined) | undefined
  /** Puts frames into source positions; reads maps, so it happens after the hit. Never rejects. */
  mapFrames: (frames: readonly RawFrame[]) => Promise<CapturedFrame[]>
  /** Called once a hit's frames are mapped, in the order of the hits; `atMs` is the time of the hit. */
  report: (hit: SnapshotHit, atMs: number) => void
  /** Called instead when a fault of ours costs a hit that was seen already. Must not throw. */
  fault: (cause: unknown) => void
  now: () => number
}

const NO_CALLERS =
  'the variables of callers cannot be seen here: the code is not woven, the stack is very deep, or a debugger may be attached; ask without them'

/** Variables, watches and the stack, seen in one synchronous look; only the mapping of frames comes later. */
export function createSnapshotTask(options: SnapshotTaskOptions): ProbeTask {
  const { watches, captureVariables, captureWatch, captureStack, captureCallers, mapFrames, report, fault, now } =
    options
  let chain: Promise<void> = Promise.resolve()

  /** Never rejects: nobody waits for it. */
  async function finish(
    before: Promise<void>,
    frames: readonly RawFrame[],
    reportWith: (mapped: CapturedFrame[]) => void,
  ) {
    await before
    try {
      // A fault of ours in there costs the positions, not the hit.
      reportWith(await mapFrames(frames).catch(() => frames.map(withoutColumn)))
    } catch (cause) {
      fault(cause)
    }
  }

  function watch({ name, evaluate }: Watch, args: readonly unknown[]): WatchResult {
    const outcome = evaluate(args)
    if (outcome.status === 'value') return { name, value: captureWatch(outcome.value) }
    if (outcome.status !== 'omitted') return { name, error: explain(outcome) }
    const { reason, of } = outcome
    return { name, value: of === undefined ? { type: 'omitted', reason } : { type: 'omitted', reason, of } }
  }

  return {
    perform(args) {
      const atMs = now()
      const frames = captureStack()
      const callers = captureCallers === undefined ? [] : captureCallers(frames)
      if (callers === undefined) return NO_CALLERS
      const variables = captureVariables(args)
      const watched = watches.map((each) => watch(each, args))
      chain = finish(chain, frames, (mapped) => {
        const seen = mapped.map((frame, index) => {
          const found = callers[index]
          return found === undefined ? frame : { ...frame, variables: found }
        })
        report({ type: 'snapshot', frames: seen, variables, watches: watched }, atMs)
      })
      return undefined
    },
    flush() {},
    settled: () => chain,
  }
}

/** The column may count our probes. */
const withoutColumn = ({ function: name, file, line }: RawFrame): CapturedFrame => ({ function: name, file, line })
