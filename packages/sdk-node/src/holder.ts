import type { Agent } from './agent/agent.ts'
import type { Installation } from './installation.ts'

/** What of the SDK lives in this thread. */
export interface Holder {
  installation: Installation | undefined
  agent: Agent | undefined
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
  const holder: Holder = { installation: undefined, agent: undefined }
  return Reflect.defineProperty(globalThis, HOLDER, { value: holder, configurable: true }) ? holder : undefined
}
