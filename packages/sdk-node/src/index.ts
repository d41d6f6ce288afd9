import { asyncStart, get, start, stop } from './lightrun.ts'

export type { Agent } from './agent/agent.ts'
export type { DynamicLogSink, StartOptions, TransportContext } from './config/start-options.ts'
export { asyncStart, get, start, stop }
export default { asyncStart, get, start, stop }
