import type { Agent } from './agent/agent.ts'
import { toStderr } from './agent/agent-log.ts'
import { type AgentEvents, createAgentEvents } from './agent/events.ts'
import type { Installation } from './installation.ts'

/** What of the SDK lives in this thread. */
export interface Holder {
  installation: Installation | undefined
  agent: Agent | undefined
  /** Those who want to know what becomes of it. */
  events: AgentEvents
  /** Starts the agent that the preload has promised; called by whoever asks for it before its time. */
  startNow?: (() => void) | undefined
}

const HOLDER = Symbol.for('@lightrun/sdk-node')

/**
 * One per thread, although `import` and `require` load two builds of this file, and several versions may be installed.
 * `undefined`: the global object is frozen.
 */
export function findHolder(): Holder | undefined {
  const known = Reflect.get(globalThis, HOLDER) as Holder | undefined
  if (known !== undefined) return known
  const events = createAgentEvents((event) => toStderr('warn', `a listener of '${event}' threw`))
  const holder: Holder = { installation: undefined, agent: undefined, events }
  return Reflect.defineProperty(globalThis, HOLDER, { value: holder, configurable: true }) ? holder : undefined
}
