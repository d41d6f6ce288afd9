import { getHeapStatistics } from 'node:v8'
import { createReportQueue, LightrunError, MAX_QUEUED_BYTES } from '@lightrun/core'
import { type Connection, startAgent } from './agent/agent.ts'
import { describeAgent, describeWorker } from './agent/agent-info.ts'
import type { AgentLog } from './agent/agent-log.ts'
import { createDistress } from './agent/distress.ts'
import { createGreeting } from './agent/greeting.ts'
import { isHeapScarce, SCARCE_QUEUE_BYTES, youngHeapBytes } from './agent/heap.ts'
import { unrefTimers as timers, wallNow } from './agent/timers.ts'
import type { Config } from './config/config.ts'
import type { StartOptions } from './config/start-options.ts'
import { DETACHED_ITSELF } from './converge/self-protection.ts'
import { DETACHED_BY_POLICY } from './converge/under-policy.ts'
import type { Installation } from './installation.ts'
import { createLinks, type Links } from './links.ts'
import { SPENDING_BYTES } from './probe/shared-spending.ts'
import { createProbing } from './probing.ts'
import { MAX_SOURCE_MAP_LENGTH_HERE } from './resolve/map/limits.ts'
import { createScriptReader } from './resolve/read-scripts.ts'
import { readTextFile } from './resolve/read-text-file.ts'
import { startReaderThread } from './resolve/thread/start-thread.ts'
import { createThreadedReader } from './resolve/thread/threaded-reader.ts'
import { type Carrier, createCarrier, MAX_WORKERS } from './threads/carrier.ts'
import { openBroadcastChannel } from './threads/channel.ts'
import { toWorkerConfig } from './threads/messages.ts'

export interface PipelineOptions {
  id: string
  config: Config
  installation: Installation
  /** The user's own; default HTTP. */
  transport: StartOptions['transport']
  log: AgentLog
  /** Told when there is something to deliver, and when there is not. Must not throw. */
  onBusy?: (isBusy: boolean) => void
  /** Told why everything is off, and (`undefined`) that it no longer is. Must not throw. */
  onDetached?: (why: string | undefined) => void
}

/** `Links`, with what is still to come of what was captured. */
export interface Pipeline extends Connection, Pick<Links, 'remaining' | 'isUp'> {}

/**
 * The agent, put together along its flow:
 *
 * action → resolve → place → hit → admit → condition → capture → redact → charge → report → frame → transport
 *
 * `probing` is the part up to the report, in the thread that is asked; `link` the rest, on the main thread, also for the
 * workers that `carrier` carries.
 */
export function openPipeline(options: PipelineOptions): Pipeline {
  const { id, config, installation, transport, log, onBusy = () => {}, onDetached = () => {} } = options
  const createQueue = () => createReportQueue({ now: wallNow })
  const queue = createQueue()
  const spending = new SharedArrayBuffer(SPENDING_BYTES)
  const greeting = createGreeting(describeAgent(config), wallNow)
  const links = createLinks({
    ...{ config, transport, log, onBusy },
    onFault: (error) => probing.fault(error),
    onWork: (ms) => probing.chargeAll(ms),
  })
  const link = links.open({ agentId: id, hello: greeting.hello, queue })
  const leaving = new AbortController()
  const distress = createDistress({
    agentId: id,
    hello: greeting.hello(),
    send: (frame) => link.sendOnce(frame, leaving.signal),
    nowMs: timers.nowMs,
  })

  const carrier = createCarrier({
    open: openBroadcastChannel,
    watch: installation.workers,
    config: toWorkerConfig(config, spending),
    timers,
    createQueue,
    startAgent({ agentId, threadId, startedAtMs }, parts) {
      const greeting = createGreeting(describeWorker(config, { threadId, processAgentId: id }, startedAtMs), wallNow)
      return startAgent({
        id: agentId,
        open: async () => {
          const { hello } = greeting
          const link = links.open({ agentId, hello, queue: parts.queue })
          parts.converger.onDetached = (why) => {
            greeting.detach(why)
            link.delivery.greet()
            // The policy takes off the main thread's as well, which says it for all.
            if (why !== undefined && why !== DETACHED_BY_POLICY) {
              log.alarm(`worker thread ${threadId} ${why}`, DETACHED_ITSELF)
            }
          }
          return Object.assign(link, { converger: parts.converger, onFault: probing.fault })
        },
        timers,
        connectAfterMs: 0,
        // A worker's last words are no reason for the process to stay.
        hold: () => () => {},
        log,
        onStop() {},
      })
    },
    onFault: log.problem,
    onTooMany: () => log.warn(`more than ${MAX_WORKERS} worker threads at a time; the others run without lightrun`),
  })
  const reader = createThreadedReader({
    start() {
      const thread = startReaderThread(new URL('./reader-thread.js', import.meta.url))
      installation.workers.ignore(thread)
      return thread
    },
    fallback: createScriptReader({ readText: readTextFile, maxMapLength: MAX_SOURCE_MAP_LENGTH_HERE }),
    timers,
  })
  const elsewhere = () => unserved(carrier)
  const { converger, ...probing } = createProbing({
    config,
    installation,
    queue,
    reader,
    spending,
    elsewhere,
    onFault: log.problem,
    onDetached(why) {
      // What needs least comes first: the rest may be what is broken.
      greeting.detach(why)
      distress.detach(greeting.detached)
      if (why === undefined) log.warn('attached again')
      else log.alarm(why, DETACHED_ITSELF)
      link.delivery.greet()
      onDetached(why)
    },
  })

  const flags = [process.env.NODE_OPTIONS ?? '', ...process.execArgv]
  const youngBytes = youngHeapBytes(getHeapStatistics().heap_size_limit, flags, process.versions.v8)

  return {
    transport: link.transport,
    delivery: link.delivery,
    onFault: probing.fault,
    converger: {
      ...converger,
      tick() {
        try {
          queue.bound(isHeapScarce(getHeapStatistics(), youngBytes) ? SCARCE_QUEUE_BYTES : MAX_QUEUED_BYTES)
        } catch (error) {
          probing.fault(LightrunError.from(error))
        }
        converger.tick()
        distress.tick(link.delivery.registered)
      },
      async stop() {
        await Promise.all([converger.stop(), carrier.stop()])
      },
    },
    remaining() {
      converger.hurry()
      carrier.hurry()
      return links.remaining()
    },
    get isUp() {
      return links.isUp
    },
    [Symbol.dispose]() {
      leaving.abort()
      link[Symbol.dispose]()
      carrier[Symbol.dispose]()
      reader[Symbol.dispose]()
      probing[Symbol.dispose]()
    },
  }
}

function unserved({ unserved: count }: Carrier): string | undefined {
  if (count === 0) return undefined
  const threads = count === 1 ? 'a worker thread runs' : `${count} worker threads run`
  return `${threads} without lightrun: blocked since it started, or started with eval, or with an execArgv or env of its own that leaves the preload out`
}
