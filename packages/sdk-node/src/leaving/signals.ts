/** The two by which processes are asked to end. */
export const ENDING_SIGNALS = ['SIGTERM', 'SIGINT'] as const
type EndingSignal = (typeof ENDING_SIGNALS)[number]

/**
 * How long our listeners stay when there is no reason any more. A signal that came and was not yet told is lost with its
 * listener, so they must not go often, and not right after the last delivery, when processes like to end.
 */
export const LISTEN_ON_MS = 5_000

/** `process`, as far as it matters here. */
export interface SignalTarget {
  readonly pid: number
  on(event: string, listener: (...args: unknown[]) => void): unknown
  off(event: string, listener: (...args: unknown[]) => void): unknown
  listenerCount(event: string): number
  kill(pid: number, signal: string): unknown
}

/** Notices the signal that ends this process, where the application has left it to end by the signal. */
export interface SignalWatch extends Disposable {
  /** Whether there is a reason to notice. While there is none, signals do what they always do. */
  watch(isWanted: boolean): void
}

/**
 * `onEnd` is called before the process ends by the signal, which it does right afterwards and with the same status: the
 * signal is sent again with no listener left.
 *
 * A listener, any listener, takes away that signals end the process, also while it is busy; libraries count listeners and
 * draw conclusions. So ours are there only as long as there is a reason and `LISTEN_ON_MS` longer, and never beside one of
 * the application: when it adds its own, ours is gone for good.
 *
 * @param later calls back after `LISTEN_ON_MS`, when Node.js has just told all signals that came
 */
export function watchSignals(
  target: SignalTarget,
  onEnd: () => void,
  later: (callback: () => void) => void,
): SignalWatch {
  let isWanted = false
  let isLeaving = false
  // Plain objects, asked by no method: what has replaced a method may throw, and nobody is above these callbacks.
  const ours: Partial<Record<string, () => void>> = {}
  /** What the application has taken into its own hands at some time. */
  const theirs: Partial<Record<string, true>> = {}
  const isEmpty = () => ours.SIGTERM === undefined && ours.SIGINT === undefined

  function end(signal: EndingSignal): void {
    if (theirs[signal]) return
    leaveAll()
    try {
      onEnd()
    } finally {
      target.kill(target.pid, signal)
    }
  }

  function leave(signal: EndingSignal): void {
    const listener = ours[signal]
    if (listener === undefined) return
    ours[signal] = undefined
    target.off(signal, listener)
    if (isEmpty()) target.off('newListener', giveWay)
  }

  function leaveAll(): void {
    leave('SIGTERM')
    leave('SIGINT')
  }

  const giveWay = (event: unknown, listener: unknown): void => {
    if (event !== 'SIGTERM' && event !== 'SIGINT') return
    if (ours[event] === undefined || ours[event] === listener) return
    theirs[event] = true
    // Not now: theirs is not there yet, and Node.js would stop listening to the signal with the last listener.
    queueMicrotask(() => leave(event))
  }

  function watchOne(signal: EndingSignal): void {
    if (target.listenerCount(signal) > 0) theirs[signal] = true
    if (theirs[signal]) return
    const listener = () => end(signal)
    ours[signal] = listener
    target.on(signal, listener)
  }

  function watchAll(): void {
    watchOne('SIGTERM')
    watchOne('SIGINT')
    if (!isEmpty()) target.on('newListener', giveWay)
  }

  return {
    watch(wanted) {
      isWanted = wanted
      if (wanted && isEmpty()) watchAll()
      if (wanted || isEmpty() || isLeaving) return
      isLeaving = true
      later(() => {
        isLeaving = false
        if (!isWanted) leaveAll()
      })
    },
    [Symbol.dispose]: leaveAll,
  }
}
