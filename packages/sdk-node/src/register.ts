/**
 * Preload: `node --import @lightrun/sdk-node/register app.js` (or `--require`). Weaves everything the application loads
 * and starts the agent when the environment has its key; otherwise `lightrun.start()` does, later.
 */
import { createRequire } from 'node:module'
import { isMainThread } from 'node:worker_threads'

// Workers inherit the preload and need a part of it only: each thread loads its own, before anything of the application.
createRequire(import.meta.url)(isMainThread ? './preload.cjs' : './preload-worker.cjs')
