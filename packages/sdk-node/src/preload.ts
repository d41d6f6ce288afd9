import { toWeaveConfig } from './config/config.ts'
import { optionsFromEnvironment } from './config/environment.ts'
import { install, start } from './lightrun.ts'

/** The preload of the main thread. */
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
