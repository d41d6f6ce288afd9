import {
  type AgentInfo,
  createDelivery,
  LightrunError,
  type ReportDelivery,
  type ReportQueue,
  retrying,
  type Transport,
} from '@lightrun/core'
import type { AgentLog } from './agent/agent-log.ts'
import { createLazyTransport } from './agent/lazy-transport.ts'
import { unrefTimers as timers } from './agent/timers.ts'
import { createTransport } from './agent/transport.ts'
import type { Config } from './config/config.ts'
import type { TransportContext } from './config/start-options.ts'

export interface LinkOptions {
  agentId: string
  hello: () => AgentInfo
  queue: ReportQueue
  config: Pick<Config, 'endpoint' | 'secret' | 'network'>
  /** The user's own; default HTTP. */
  transport: ((context: TransportContext) => Transport | Promise<Transport>) | undefined
  log: AgentLog
}

/** How the reports of one agent leave, and what the server wants comes: report → frame → transport. */
export function openLink({ agentId, hello, queue, config, transport: own, log }: LinkOptions): {
  transport: Transport
  delivery: ReportDelivery
} {
  const context: TransportContext = { agentId, endpoint: config.endpoint, secret: config.secret }
  const transport = retrying(
    createLazyTransport(async () => (own ? own(context) : createTransport(context, config.network))),
    {
      timers,
      random: Math.random,
      onAgentUnknown: () => delivery.greet(),
      onSendFailed: (cause) => log.problem(LightrunError.from(cause)),
      onLinkLost: (error) => log.problem(error),
    },
  )
  const delivery: ReportDelivery = createDelivery({
    transport,
    agentId,
    hello,
    queue,
    timers,
    onFault: (error) => log.problem(error),
  })
  return { transport, delivery }
}
