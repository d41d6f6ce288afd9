import { Worker, type WorkerOptions } from 'node:worker_threads'

/** What one of our threads needs beside its file. */
export interface OwnThreadOptions
  extends Pick<WorkerOptions, 'execArgv' | 'resourceLimits' | 'transferList' | 'workerData'> {
  /** As debuggers show it. */
  name: string
}

/**
 * A thread of the agent's own, which neither the application nor its users notice. The caller makes it known to the watch over
 * the application's workers, and holds the process with it or not.
 * @throws where threads are not allowed: under `--permission` without `--allow-worker`
 */
export function startOwnThread(file: URL, options: OwnThreadOptions): Worker {
  const thread = new Worker(file, {
    // Neither the application's preloads nor its loaders, and above all no agent in there.
    execArgv: [],
    env: {},
    // What Node says there of its experimental features is nothing to the application's users.
    stdout: true,
    stderr: true,
    ...options,
  })
  // Nobody reads them, and their end would be one kind of stream more to what V8 has optimised for the application's own.
  for (const stream of [thread.stdout, thread.stderr]) stream.push = () => false
  return thread
}
