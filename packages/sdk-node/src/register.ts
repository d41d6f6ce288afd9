/**
 * Preload: `node --import @lightrun/sdk-node/register app.js` (or `--require`). Weaves everything the application loads
 * and starts the agent when the environment has its key; otherwise `lightrun.start()` does, later.
 */
import { isMainThread } from 'node:worker_threads'
import { toWeaveConfig } from './config/config.ts'
import { optionsFromEnvironment } from './config/environment.ts'
import { install, start } from './lightrun.ts'

// Worker threads inherit the preload; they are not served yet and run as they are.
if (isMainThread) {
  if (process.env.LIGHTRUN_SECRET || process.env.LIGHTRUN_AGENT_CONFIG) start()
  else {
    try {
      install(toWeaveConfig(optionsFromEnvironment(process.env).weave))
    } catch (error) {
      process.stderr.write(
        `lightrun: the load hooks could not be installed, the application runs without: ${String(error)}\n`,
      )
    }
  }
}
