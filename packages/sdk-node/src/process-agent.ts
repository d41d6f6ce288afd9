import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers'
import { isMainThread } from 'node:worker_threads'
import { encodeFrame, LightrunError, PROTOCOL_VERSION } from '@lightrun/core'
import { type Agent, startAgent } from './agent/agent.ts'
import { describeAgent } from './agent/agent-info.ts'
import type { AgentEvents } from './agent/events.ts'
import { guardedTimers } from './agent/guarded-timers.ts'
import type { openLog } from './agent/open-log.ts'
import { holdProcess, unrefTimers } from './agent/timers.ts'
import { type Exchange, type ExchangeResult, NOTHING_CAME } from './blocking/exchange.ts'
import { exchangeBlocking } from './blocking/exchange-blocking.ts'
import type { Config } from './config/config.ts'
import type { StartOptions } from './config/start-options.ts'
import { DETACHED_BY_POLICY } from './converge/under-policy.ts'
import type { Installation } from './installation.ts'
import { createLastWords, LAST_WORDS_TIMEOUT_MS } from './leaving/last-words.ts'
import { LISTEN_ON_MS, watchSignals } from './leaving/signals.ts'
import type { Pipeline } from './pipeline.ts'

export interface ProcessAgentOptions {
  config: Config
  installation: Installation
  /** The user's own; default HTTP. */
  transport: StartOptions['transport']
  log: ReturnType<typeof openLog>
  events: Pick<AgentEvents, 'emit'>
  onStop: () => void
}

/** Talks to the server while this thread stands still. `undefined`: a transport of the user's own does not leave its thread. */
type Talk = ((exchange: Exchange, timeoutMs: number) => ExchangeResult) | undefined

/** The agent of this process, from its first word to its last. */
export function startProcessAgent(options: ProcessAgentOptions): Agent {
  const { config, installation, transport, events, onStop } = options
  const { log } = options.log
  const id = randomUUID()
  const context = { agentId: id, endpoint: config.endpoint, secret: config.secret }
  const onThread = installation.workers.ignore
  const talk: Talk =
    transport === undefined
      ? (exchange, timeoutMs) => exchangeBlocking(exchange, { context, network: config.network, timeoutMs, onThread })
      : undefined

  let pipeline: Pipeline | undefined
  const sayLastWords = createLastWords({
    remaining: () => pipeline?.remaining() ?? [],
    deliver:
      talk && ((frames) => (pipeline?.isUp ? talk({ kind: 'deliver', frames }, LAST_WORDS_TIMEOUT_MS) : NOTHING_CAME)),
    log,
  })
  const end = () => {
    sayLastWords()
    options.log.lastWords()
  }
  // Worker threads get no signals.
  const signals = isMainThread ? watchSignals(process, end, afterSignals) : undefined
  process.on('exit', end)

  const firstState = config.init.wait ? fetchState(id, config, talk, log) : undefined
  const agent = startAgent({
    id,
    open: async () => {
      // Two thirds of the agent's code; it is not needed before the link is opened.
      const { openPipeline } = await import('./pipeline.ts')
      pipeline = openPipeline({
        id,
        config,
        installation,
        transport,
        log,
        onBusy: (isBusy) => signals?.watch(isBusy),
        onDetached(why) {
          if (why === DETACHED_BY_POLICY) events.emit('remotelyDisabled')
        },
      })
      return pipeline
    },
    timers: guardedTimers(unrefTimers, log.problem),
    firstState,
    readyTimeoutMs: config.init.waitMs,
    hold: holdProcess,
    log,
    onRegistered() {
      log.info(`registered at ${config.endpoint} as ${config.displayName}`)
      events.emit('registered')
    },
    onStop() {
      process.off('exit', end)
      signals?.[Symbol.dispose]()
      log.info('stopped')
      onStop()
      events.emit('stopped')
    },
  })
  log.info(`agent ${id} started`)
  return agent
}

/** Immediates run right after Node.js has told what came from outside. */
function afterSignals(callback: () => void): void {
  unrefTimers.after(LISTEN_ON_MS, () => void setImmediate(callback).unref())
}

/** Never throws: an application that would have waited starts without. */
function fetchState(agentId: string, config: Config, talk: Talk, log: ProcessAgentOptions['log']['log']) {
  const { waitMs } = config.init
  if (talk === undefined) {
    log.warn('lightrunWaitForInit cannot wait for a transport of your own; await lightrun.asyncStart() instead')
    return undefined
  }
  try {
    const hello = encodeFrame({
      protocol: PROTOCOL_VERSION,
      agentId,
      hello: describeAgent(config),
      first: 1,
      reports: [],
    })
    const { state } = talk({ kind: 'fetch', hello }, waitMs)
    if (state === undefined) log.warn(`no word from ${config.endpoint} within ${waitMs} ms; the application starts`)
    return state
  } catch (error) {
    log.problem(LightrunError.from(error))
    return undefined
  }
}
