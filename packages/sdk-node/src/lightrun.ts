import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { LightrunError } from '@lightrun/core'
import { type Agent, startAgent } from './agent/agent.ts'
import { type AgentLog, createAgentLog, toStderr } from './agent/agent-log.ts'
import { createLogFiles } from './agent/log-files.ts'
import { guardedTimers } from './agent/guarded-timers.ts'
import { holdProcess, unrefTimers } from './agent/timers.ts'
import { type AgentLogConfig, DEFAULT_INIT_WAIT_MS } from './config/config.ts'
import { readConfig } from './config/read-config.ts'
import type { StartOptions } from './config/start-options.ts'
import { findHolder, type Holder } from './holder.ts'
import { createInstallation } from './installation.ts'

/**
 * Starts the agent, or gives the one that runs. Never throws and never rejects: an agent that cannot start says so on
 * stderr (`LightrunError` code and what to do) and the application goes on without it; the answer is then `undefined`.
 *
 * What loads after this call can be probed. To probe everything, preload instead:
 * `node --import @lightrun/sdk-node/register app.js`.
 */
export function start(options: StartOptions = {}): Agent | undefined {
  let holder: Holder | undefined
  try {
    holder = keepPromise(requireHolder())
    if (holder.agent !== undefined) {
      if (Object.keys(options).length > 0) {
        throw new LightrunError(
          'already_started',
          'the agent runs already and these options are ignored; pass them to the first start, or to the preload through the environment',
        )
      }
      return holder.agent
    }
    const config = readConfig(options, {
      env: process.env,
      readFile: (path) => readFileSync(path, 'utf8'),
      hostname,
    })
    const log = openLog(config.agentLog)
    const installation = holder.installation ?? createInstallation(config.weave, log.warn)
    holder.installation = installation
    const id = randomUUID()
    holder.agent = startAgent({
      id,
      open: async () => {
        // Two thirds of the agent's code; it is not needed before the link is opened.
        const { openPipeline } = await import('./pipeline.ts')
        return openPipeline({ id, config, installation, transport: options.transport, log })
      },
      timers: guardedTimers(unrefTimers, log.problem),
      hold: holdProcess,
      log,
      onStop: () => {
        requireHolder().agent = undefined
      },
    })
    return holder.agent
  } catch (error) {
    createAgentLog('warn', toStderr).problem(LightrunError.from(error))
    return holder?.agent
  }
}

/**
 * `start`, and waits until what the server wants is in place, for `lightrunInitWaitTimeMs` at most (default 3000 ms).
 * For processes so short that they would be over before the first question arrives.
 */
export async function asyncStart(options: StartOptions = {}): Promise<Agent | undefined> {
  const agent = start(options)
  await agent?.ready(options.lightrunInitWaitTimeMs ?? DEFAULT_INIT_WAIT_MS)
  return agent
}

/** Stops the agent of this process, if one runs. Resolves once it has left, within about two seconds; never rejects. */
export async function stop(): Promise<void> {
  await keepPromise(findHolder())?.agent?.stop()
}

/** The agent of this process, if one runs. */
export function get(): Agent | undefined {
  return keepPromise(findHolder())?.agent
}

/** The preload leaves the start of the agent for later; whoever asks for it must not notice. */
function keepPromise<T extends Holder | undefined>(holder: T): T {
  holder?.startNow?.()
  return holder
}

function openLog({ level, directory, ...bounds }: AgentLogConfig): AgentLog {
  if (directory === undefined) return createAgentLog(level, toStderr)
  const { pid } = process
  const files = createLogFiles({ ...bounds, directory, pid, now: Date.now, isAlive })
  process.once('exit', files.lastWords)
  return createAgentLog(level, files.output)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function requireHolder(): Holder {
  const holder = findHolder()
  if (holder !== undefined) return holder
  throw new LightrunError('cell_unavailable', 'the global object is frozen; lightrun cannot work in this process')
}
