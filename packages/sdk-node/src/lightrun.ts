import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { LightrunError } from '@lightrun/core'
import type { Agent } from './agent/agent.ts'
import { createAgentLog, toStderr } from './agent/agent-log.ts'
import { AGENT_EVENTS, type AgentEvent } from './agent/events.ts'
import { openLog } from './agent/open-log.ts'
import { misspeltVariables } from './config/misspelt-variables.ts'
import { readConfig } from './config/read-config.ts'
import type { StartOptions } from './config/start-options.ts'
import { findHolder, type Holder } from './holder.ts'
import { createInstallation } from './installation.ts'
import { startProcessAgent } from './process-agent.ts'

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
    for (const line of misspeltVariables(process.env)) log.log.warn(line)
    const { events } = holder
    holder.installation ??= createInstallation(config.weave, log.log.warn)
    holder.agent = startProcessAgent({
      config,
      installation: holder.installation,
      transport: options.transport,
      log,
      events,
      onStop: () => {
        requireHolder().agent = undefined
      },
    })
    events.emit('started')
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
  await agent?.ready()
  return agent
}

/**
 * Delivers what was captured so far. Resolves `true` once the server has it or there is nothing, `false` after `timeoutMs`
 * (default 2000). Never rejects.
 */
export async function flush(timeoutMs?: number): Promise<boolean> {
  return (await keepPromise(findHolder())?.agent?.flush(timeoutMs)) ?? true
}

/** Stops the agent of this process, if one runs. Resolves once it has left, within about two seconds; never rejects. */
export async function stop(): Promise<void> {
  await keepPromise(findHolder())?.agent?.stop()
}

/**
 * Calls `listener` each time the agent of this process `started`, was first `registered` by the server, was
 * `remotelyDisabled` or has `stopped`; until the answer is called. Before `start()`, or the first of them is missed.
 * @throws LightrunError `request_invalid` when there is no such event
 */
export function on(event: AgentEvent, listener: () => void): () => void {
  if (!AGENT_EVENTS.includes(event) || typeof listener !== 'function') {
    throw new LightrunError('request_invalid', `lightrun.on takes one of ${AGENT_EVENTS.join(', ')}, and a function`)
  }
  return findHolder()?.events.on(event, listener) ?? (() => {})
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

function requireHolder(): Holder {
  const holder = findHolder()
  if (holder !== undefined) return holder
  throw new LightrunError('cell_unavailable', 'the global object is frozen; lightrun cannot work in this process')
}
