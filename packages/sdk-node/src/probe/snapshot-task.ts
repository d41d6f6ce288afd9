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
  /** Puts frames into source positions; reads maps, so it happens after the hit. Never rejects. */
  mapFrames: (frames: readonly RawFrame[]) => Promise<CapturedFrame[]>
  /** Called once a hit's frames are mapped, in the order of the hits; `atMs` is the time of the hit. */
  report: (hit: SnapshotHit, atMs: number) => void
  now: () => number
}

/** Variables, watches and the stack, seen in one synchronous look; only the mapping of frames comes later. */
export function createSnapshotTask(options: SnapshotTaskOptions): ProbeTask {
  const { watches, captureVariables, captureWatch, captureStack, mapFrames, report, now } = options
  let chain: Promise<void> = Promise.resolve()

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
      const variables = captureVariables(args)
      const watched = watches.map((each) => watch(each, args))
      chain = chain.then(async () => {
        const mapped = await mapFrames(frames)
        report({ type: 'snapshot', frames: mapped, variables, watches: watched }, atMs)
      })
      return undefined
    },
    flush() {},
    settled: () => chain,
  }
}
