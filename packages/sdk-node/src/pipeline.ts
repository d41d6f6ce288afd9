import { types } from 'node:util'
import {
  type Action,
  createCapturer,
  createDelivery,
  createMirror,
  createNameRedactor,
  createReportQueue,
  LightrunError,
  type ReportDelivery,
  retrying,
  type Transport,
} from '@lightrun/core'
import { createSandbox } from '@lightrun/sandbox'
import type { Connection } from './agent/agent.ts'
import { describeAgent } from './agent/agent-info.ts'
import type { AgentLog } from './agent/agent-log.ts'
import { createLazyTransport } from './agent/lazy-transport.ts'
import { unrefTimers } from './agent/timers.ts'
import { createTransport } from './agent/transport.ts'
import type { Config } from './config/config.ts'
import type { TransportContext } from './config/start-options.ts'
import { createActiveAction } from './converge/active-action.ts'
import { createConverger } from './converge/converge.ts'
import { chooseEngine } from './engine/choose-engine.ts'
import { openInspectorEngine } from './engine/inspector/open-inspector-engine.ts'
import { createWeaveEngine } from './engine/weave-engine.ts'
import type { Installation } from './installation.ts'
import { loadedEarlier } from './load/loaded-earlier.ts'
import { createBudget } from './probe/budget.ts'
import { createExpressionCompiler } from './probe/expression-compiler.ts'
import { createPrepare } from './probe/prepare.ts'
import { MAX_SOURCE_MAP_LENGTH_HERE } from './resolve/map/limits.ts'
import { createScriptReader } from './resolve/read-scripts.ts'
import { readTextFile } from './resolve/read-text-file.ts'
import { createResolver } from './resolve/resolve.ts'
import { startReaderThread } from './resolve/thread/start-thread.ts'
import { createThreadedReader } from './resolve/thread/threaded-reader.ts'

export interface PipelineOptions {
  id: string
  config: Config
  installation: Installation
  /** The user's own; default HTTP. */
  transport: ((context: TransportContext) => Transport | Promise<Transport>) | undefined
  log: AgentLog
}

/**
 * The agent, put together along its flow:
 *
 * action → resolve → place → hit → admit → condition → capture → redact → charge → report → frame → transport
 */
export function openPipeline({ id, config, installation, transport: own, log }: PipelineOptions): Connection {
  const timers = unrefTimers
  const now = Date.now

  // What an action becomes: code, a probe in it, and what it sees.
  const redactor = createNameRedactor(config.redaction ? undefined : [])
  const mirror = createMirror(types)
  const sandbox = createSandbox({ mirror, redactor })
  const reader = createThreadedReader({
    start: () => startReaderThread(new URL('./reader-thread.js', import.meta.url)),
    fallback: createScriptReader({ readText: readTextFile, maxMapLength: MAX_SOURCE_MAP_LENGTH_HERE }),
    timers,
  })
  const resolver = createResolver({ scripts: installation.scripts, reader, earlier: loadedEarlier })
  const prepare = createPrepare({
    config,
    compiler: createExpressionCompiler({ sandbox, redactor }),
    capturer: createCapturer({ mirror, redactor }),
    resolver,
    isOurs: (file) => installation.ownDirectories.some((directory) => file.startsWith(directory)),
    reportHit: (action, data, atMs) => queue.offer({ kind: 'hit', ...keyOf(action), atMs, data }),
    reportCount: (action, count) => queue.offer({ kind: 'count', ...keyOf(action), atMs: now(), count }),
    now,
  })

  // How reports leave.
  const queue = createReportQueue({ now })
  const context: TransportContext = { agentId: id, endpoint: config.endpoint, secret: config.secret }
  const transport = retrying(
    createLazyTransport(async () => (own ? own(context) : createTransport(context, config.tls))),
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
    agentId: id,
    hello: () => describeAgent(config),
    queue,
    timers,
    onFault: (error) => log.problem(error),
  })

  // What the server wants becomes what this process does.
  const budget = createBudget({ share: config.cpuShare, nowMs: timers.nowMs })
  const reentry = { inside: false }
  const inspector = openInspectorEngine({ budget, share: config.cpuShare, timers, readText: readTextFile })
  const engines = { weave: createWeaveEngine(installation.cells), inspector: inspector.engine }
  const converger = createConverger({
    timers,
    activate: (action) =>
      createActiveAction(action, {
        resolver,
        choose: (places) => chooseEngine(places, engines),
        prepare,
        budget,
        reentry,
        queue,
        timers,
        now,
      }),
  })
  installation.scripts.onAdd = () => converger.loaded()

  return {
    transport,
    delivery,
    converger,
    [Symbol.dispose]() {
      installation.scripts.onAdd = undefined
      reader[Symbol.dispose]()
      sandbox.dispose()
    },
  }
}

const keyOf = ({ id, revision }: Action) => ({ actionId: id, revision })
