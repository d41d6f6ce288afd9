import { asyncStart, flush, get, on, start, stop } from './lightrun.ts'

export type { Agent } from './agent/agent.ts'
export type { AgentEvent } from './agent/events.ts'
export type { DynamicLogSink, StartOptions, TransportContext } from './config/start-options.ts'
export { asyncStart, flush, get, on, start, stop }
export default { asyncStart, flush, get, on, start, stop }
