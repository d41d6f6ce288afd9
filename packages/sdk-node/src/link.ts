import {
  type AgentInfo,
  createDelivery,
  LightrunError,
  type RemainingFrame,
  type ReportDelivery,
  type ReportQueue,
  retrying,
  type Transport,
} from '@lightrun/core'
import type { AgentLog } from './agent/agent-log.ts'
import { guardedTimers } from './agent/guarded-timers.ts'
import { createLazyTransport } from './agent/lazy-transport.ts'
import { unrefTimers } from './agent/timers.ts'
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
  /** A fault of ours. Must not throw. */
  onFault: (error: LightrunError) => void
  /** Told when there is something to deliver, and when there is not. Must not throw. */
  onBusy?: (isBusy: boolean) => void
  /** Told of the time that a frame has cost. Must not throw. */
  onWork?: (ms: number) => void
}

/** What a frame costs beside what can be timed, in many pieces of the HTTP client and the socket: about 0.2 ms, measured. */
export const SENT_FRAME_MS = 0.2

export interface UnansweredFrame extends RemainingFrame {
  /** Whether the server may have it all the same: it was sent, and the answer is not here. */
  isInDoubt: boolean
}

export interface Link {
  transport: Transport
  /** One attempt to send, past everything that waits and tries again. Never rejects. */
  sendOnce: Transport['send']
  delivery: ReportDelivery
  /** Whether the server has answered the last attempt to send. */
  readonly isUp: boolean
  /** What the server has not acknowledged. Nothing more is delivered. */
  remaining(): UnansweredFrame[]
}

/** How the reports of one agent leave, and what the server wants comes: report → frame → transport. */
export function openLink(options: LinkOptions): Link {
  const { agentId, hello, queue, config, transport: own, log, onFault, onBusy, onWork } = options
  const context: TransportContext = { agentId, endpoint: config.endpoint, secret: config.secret }
  const timers = guardedTimers(unrefTimers, onFault)
  let isUp = false
  let isBusy = false
  /** Was sent, and may have arrived. One frame is in flight at a time. */
  let inDoubt: Uint8Array | undefined
  // Also while no server answers, as long as reports wait: whoever ends the process then is told of them.
  const tell = () => onBusy?.((isBusy && isUp) || delivery.waiting > 0)
  const lazy = createLazyTransport(async () => (own ? own(context) : createTransport(context, config.network)))
  const transport = retrying(
    {
      receive: lazy.receive,
      async send(frame, signal) {
        const wasInDoubt = inDoubt === frame
        inDoubt = frame
        const delivery = await lazy.send(frame, signal)
        if (delivery.status === 'retry' && delivery.unsent && !wasInDoubt) inDoubt = undefined
        isUp = delivery.status !== 'retry'
        if (!isUp) tell()
        return delivery
      },
    },
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
    onFault: (error) => (error.code === 'internal_error' ? onFault(error) : log.problem(error)),
    onWork: (ms) => onWork?.(ms + SENT_FRAME_MS),
    onBusy(busy) {
      isBusy = busy
      tell()
    },
  })
  return {
    transport,
    sendOnce: lazy.send,
    delivery,
    get isUp() {
      return isUp
    },
    remaining: () => delivery.remaining().map((frame) => ({ ...frame, isInDoubt: frame.bytes === inDoubt })),
  }
}
