import type { Worker } from 'node:worker_threads'

/** The workers that this thread has started. */
export interface WorkerWatch {
  /** Those that run, by thread id, with the time of their start as `nowMs` tells it. */
  readonly running: ReadonlyMap<number, number>
  /** Called when one has ended, however it did. One listener. */
  onGone: ((threadId: number) => void) | undefined
  /** Not one of the application's, but of ours. Called right after its start. */
  ignore(worker: Worker): void
}

/** `process`, as far as it matters here: it tells of every `new Worker`. */
export interface WorkerSource {
  on(event: 'worker', listener: (worker: Worker) => void): unknown
}

export function watchWorkers(source: WorkerSource, nowMs: () => number): WorkerWatch {
  const running = new Map<number, number>()
  const ours = new WeakSet<Worker>()
  const watch: WorkerWatch = { running, onGone: undefined, ignore: (worker) => void ours.add(worker) }
  source.on('worker', (worker) => {
    // Node runs module hooks on a thread of its own.
    if (ours.has(worker) || worker.constructor.name === 'InternalWorker') return
    // It loses its id when it ends.
    const { threadId } = worker
    running.set(threadId, nowMs())
    worker.once('exit', () => {
      running.delete(threadId)
      watch.onGone?.(threadId)
    })
  })
  return watch
}
