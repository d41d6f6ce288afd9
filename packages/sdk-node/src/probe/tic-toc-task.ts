import { createRecorder } from '@lightrun/core'
import { createSeriesFlush, type ReportSeries } from './series-report.ts'
import { type ProbeTask, settledAtOnce } from './task.ts'

/** Where the running code keeps what it has begun, apart for each asynchronous context. */
export interface ContextCell<T> extends Disposable {
  get(): T | undefined
  set(value: T): void
}

export interface TicTocTaskOptions {
  context: ContextCell<Tic>
  /** A clock that never goes back. */
  nowMs: () => number
  report: ReportSeries
}

/** A time that has begun. What began before it, in the same context or in one that led to it, is behind it. */
export interface Tic {
  startMs: number
  isOver: boolean
  readonly before: Tic | undefined
  readonly depth: number
}

/** Times that run at once in one context, by recursion. Beyond, the oldest are forgotten: their ends never came. */
export const MAX_OPEN_TICS = 64

/**
 * Pairs the two lines by asynchronous context: `await` between them is right, and so are requests at the same time. A
 * recursive call pairs with its own end. A beginning whose end does not come counts for nothing, and so does an end
 * without a beginning.
 */
export function createTicTocTask({ context, nowMs, report }: TicTocTaskOptions): { tic: ProbeTask; toc: ProbeTask } {
  const elapsed = createRecorder()
  const flush = createSeriesFlush({ elapsed }, report)
  return {
    tic: {
      perform() {
        const before = running(context.get())
        const isFull = before !== undefined && before.depth >= MAX_OPEN_TICS
        context.set({
          startMs: nowMs(),
          isOver: false,
          before: isFull ? undefined : before,
          depth: isFull || before === undefined ? 1 : before.depth + 1,
        })
        return undefined
      },
      flush() {},
      settled: settledAtOnce,
    },
    toc: {
      perform() {
        const tic = running(context.get())
        if (tic === undefined) return undefined
        elapsed.record(nowMs() - tic.startMs)
        tic.isOver = true
        return undefined
      },
      flush,
      settled: settledAtOnce,
    },
  }
}

/** The latest that has not ended. */
function running(tic: Tic | undefined): Tic | undefined {
  let latest = tic
  while (latest?.isOver) latest = latest.before
  return latest
}
