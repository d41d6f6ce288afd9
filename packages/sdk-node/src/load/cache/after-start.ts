import type { Timers } from '@lightrun/core'

export interface AfterStartOptions {
  after: Timers['after']
  /** Calls `run` when the process ends in order. Asked once, when there is something to do. */
  atExit: (run: () => void) => void
}

/** How long nothing new may have come before the work begins: the application has started by then. */
export const BEGIN_AFTER_MS = 2_000
/** Between two pieces, each of which takes about 1 ms: a sixth of the application’s thread, for a few seconds after a deployment. */
export const PAUSE_MS = 5

/** Does what can wait a piece at a time once the application has started, and what is left then when the process ends. */
export function createAfterStart({ after, atExit }: AfterStartOptions): (work: () => void) => void {
  const waiting: (() => void)[] = []
  let hears = false
  let cancel = () => {}

  function one(): void {
    try {
      waiting.shift()?.()
    } catch {
      // The next process does without.
    }
  }
  function step(): void {
    one()
    if (waiting.length > 0) cancel = after(PAUSE_MS, step)
  }

  return (work) => {
    waiting.push(work)
    cancel()
    cancel = after(BEGIN_AFTER_MS, step)
    if (hears) return
    hears = true
    atExit(() => {
      cancel()
      while (waiting.length > 0) one()
    })
  }
}
