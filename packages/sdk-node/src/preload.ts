import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers'
import { optionsFromEnvironment } from './config/environment.ts'
import { toWeaveConfig } from './config/weave-config.ts'
import { findHolder, type Holder } from './holder.ts'
import { createInstallation } from './installation.ts'

/**
 * The application's own start comes first: until it turns to its events, nothing is loaded but what weaving needs. The
 * rest is most of the agent's code, 25 ms.
 */
export const START_AFTER_MS = 50

/** The preload of the main thread. */
function preload(env: NodeJS.ProcessEnv): void {
  const holder = findHolder()
  const options = optionsFromEnvironment(env)
  if (holder === undefined || env.LIGHTRUN_AGENT_CONFIG || options.lightrunWaitForInit) {
    // What to weave may stand in that file, and whoever reads it checks all of it; or the application is to wait.
    startAgent()
    return
  }
  holder.installation ??= createInstallation(toWeaveConfig(options), say)
  if (env.LIGHTRUN_SECRET) promiseAgent(holder)
}

function promiseAgent(holder: Holder): void {
  const timer = setTimeout(() => holder.startNow?.(), START_AFTER_MS)
  timer.unref()
  holder.startNow = () => {
    clearTimeout(timer)
    holder.startNow = undefined
    startAgent()
  }
}

function say(text: string): void {
  process.stderr.write(`lightrun: ${text}\n`)
}

function startAgent(): void {
  try {
    const { start } = createRequire(import.meta.url)('./index.cjs') as typeof import('./index.ts')
    start()
  } catch (error) {
    // Called by a timer, too, where it would end the process: a global object that was frozen since refuses much.
    say(`the agent could not be loaded, the application runs without: ${String(error)}`)
  }
}

try {
  preload(process.env)
} catch (error) {
  say(`the load hooks could not be installed, the application runs without: ${String(error)}`)
}
