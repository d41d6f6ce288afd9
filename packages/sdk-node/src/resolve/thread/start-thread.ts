import type { Worker } from 'node:worker_threads'
import { typeScriptMode } from '../../load/strip-types.ts'
import { startOwnThread } from '../../threads/own-thread.ts'

/**
 * Heap of the reading thread. A map of 64 MB takes about half of it; one that is built to need more ends this thread, and
 * not the application.
 */
export const MAX_READER_HEAP_MB = 512

/** @throws where threads are not allowed: under `--permission` without `--allow-worker`. */
export function startReaderThread(file: URL): Worker {
  return startOwnThread(file, {
    name: 'lightrun reader',
    // How Node compiles TypeScript has to be the same as in the application.
    ...(typeScriptMode() === 'transform' && { execArgv: ['--experimental-transform-types'] }),
    resourceLimits: { maxOldGenerationSizeMb: MAX_READER_HEAP_MB },
  })
}
