import { createReportQueue } from '@lightrun/core'
import { type Connection, startAgent } from './agent/agent.ts'
import { describeAgent, describeWorker } from './agent/agent-info.ts'
import type { AgentLog } from './agent/agent-log.ts'
import { createGreeting } from './agent/greeting.ts'
import { unrefTimers as timers } from './agent/timers.ts'
import type { Config } from './config/config.ts'
import type { StartOptions } from './config/start-options.ts'
import type { Installation } from './installation.ts'
import { openLink } from './link.ts'
import { createProbing } from './probing.ts'
import { MAX_SOURCE_MAP_LENGTH_HERE } from './resolve/map/limits.ts'
import { createScriptReader } from './resolve/read-scripts.ts'
import { readTextFile } from './resolve/read-text-file.ts'
import { startReaderThread } from './resolve/thread/start-thread.ts'
import { createThreadedReader } from './resolve/thread/threaded-reader.ts'
import { type Carrier, createCarrier, MAX_WORKERS } from './threads/carrier.ts'
import { openBroadcastChannel } from './threads/channel.ts'

export interface PipelineOptions {
  id: string
  config: Config
  installation: Installation
  /** The user's own; default HTTP. */
  transport: StartOptions['transport']
  log: AgentLog
}

/**
 * The agent, put together along its flow:
 *
 * action → resolve → place → hit → admit → condition → capture → redact → charge → report → frame → transport
 *
 * `probing` is the part up to the report, in the thread that is asked; `link` the rest, on the main thread, also for the
 * workers that `carrier` carries.
 */
export function openPipeline({ id, config, installation, transport, log }: PipelineOptions): Connection {
  const createQueue = () => createReportQueue({ now: Date.now })
  const queue = createQueue()
  const greeting = createGreeting(() => describeAgent(config), Date.now)
  const link = openLink({ agentId: id, hello: greeting.hello, queue, config, transport, log })

  const { maxFrames, limits, cpuShare, redaction } = config
  const carrier = createCarrier({
    open: openBroadcastChannel,
    watch: installation.workers,
    config: { maxFrames, limits, cpuShare, redaction },
    timers,
    createQueue,
    startAgent({ agentId, threadId, startedAtMs }, parts) {
      const greeting = createGreeting(
        () => describeWorker(config, { threadId, processAgentId: id }, startedAtMs),
        Date.now,
      )
      return startAgent({
        id: agentId,
        open: async () => {
          const { hello } = greeting
          const link = openLink({ agentId, hello, queue: parts.queue, config, transport, log })
          parts.converger.onDetached = (why) => {
            greeting.detach(why)
            link.delivery.greet()
          }
          return { ...link, converger: parts.converger, [Symbol.dispose]() {} }
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
    elsewhere,
    onFault: log.problem,
    onDetached(why) {
      log.warn(why ?? 'attached again')
      greeting.detach(why)
      link.delivery.greet()
    },
  })

  return {
    ...link,
    converger: {
      ...converger,
      async stop() {
        await Promise.all([converger.stop(), carrier.stop()])
      },
    },
    [Symbol.dispose]() {
      carrier[Symbol.dispose]()
      reader[Symbol.dispose]()
      probing[Symbol.dispose]()
    },
  }
}

function unserved({ unserved: count }: Carrier): string | undefined {
  if (count === 0) return undefined
  const threads = count === 1 ? 'a worker thread runs' : `${count} worker threads run`
  return `${threads} without lightrun: started with eval, or with an execArgv or env of its own that leaves the preload out`
}
