import { Worker } from 'node:worker_threads'
import { typeScriptMode } from '../../load/strip-types.ts'

/**
 * Heap of the reading thread. A map of 64 MB takes about half of it; one that is built to need more ends this thread, and
 * not the application.
 */
export const MAX_READER_HEAP_MB = 512

/** @throws where threads are not allowed: under `--permission` without `--allow-worker`. */
export function startReaderThread(file: URL): Worker {
  const thread = new Worker(file, {
    name: 'lightrun reader',
    // Neither the application's preloads nor its loaders, and above all no agent in there. Only what decides how Node
    // compiles TypeScript has to be the same.
    execArgv: typeScriptMode() === 'transform' ? ['--experimental-transform-types'] : [],
    env: {},
    // What Node says there of its experimental features is nothing to the application's users.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MAX_READER_HEAP_MB },
  })
  // Nobody reads them, and their end would be one kind of stream more to what V8 has optimised for the application's own.
  for (const stream of [thread.stdout, thread.stderr]) stream.push = () => false
  return thread
}
