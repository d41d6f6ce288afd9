import Module from 'node:module'
import { performance } from 'node:perf_hooks'
import { types } from 'node:util'
import {
  type Action,
  type ActionKey,
  type ActionStatus,
  actionOf,
  createCapturer,
  createMirror,
  LightrunError,
  type ReportQueue,
} from '@lightrun/core'
import { createSandbox } from '@lightrun/sandbox'
import { type AgentConverger, TICK_MS } from './agent/agent.ts'
import { annotated } from './agent/annotated-queue.ts'
import { guardedTimers } from './agent/guarded-timers.ts'
import { createStallWatch } from './agent/stall-watch.ts'
import { unrefTimers, wallNow } from './agent/timers.ts'
import type { Config } from './config/config.ts'
import { createActiveAction } from './converge/active-action.ts'
import { createConverger } from './converge/converge.ts'
import { createSelfProtection, DETACHED_ITSELF } from './converge/self-protection.ts'
import { DETACHED_BY_POLICY, underPolicy } from './converge/under-policy.ts'
import { chooseEngine } from './engine/choose-engine.ts'
import { openInspectorEngine } from './engine/inspector/open-inspector-engine.ts'
import { createWeaveEngine } from './engine/weave-engine.ts'
import type { Installation } from './installation.ts'
import { requireCache } from './load/require-cache.ts'
import { hasRegisterHooks } from './load/sync-hook.ts'
import { createBudget } from './probe/budget.ts'
import { createExpressionCompiler } from './probe/expression-compiler.ts'
import { createHitOrder } from './probe/hit-order.ts'
import { createPrepare, type Hit } from './probe/prepare.ts'
import { quotaUnder } from './probe/quota.ts'
import { createRequestHeaders } from './probe/request-headers.ts'
import { createSharedSpending } from './probe/shared-spending.ts'
import { createTraceReader } from './probe/trace-context.ts'
import { compilePatterns } from './redaction/compile-patterns.ts'
import { createLiveRedaction } from './redaction/live-redaction.ts'
import { scrubOr } from './redaction/scrub-or.ts'
import { scrubStatus, scrubText } from './redaction/scrub-status.ts'
import { createFindCompiled } from './resolve/compiled-scripts.ts'
import { createEarlierScripts } from './resolve/earlier-scripts.ts'
import { existsNear, readTextFile } from './resolve/read-text-file.ts'
import { createResolver } from './resolve/resolve.ts'
import type { ScriptReader } from './resolve/script-reader.ts'
import type { Handover } from './threads/handover.ts'

/**
 * V8 is not asked what else it runs before this time after the start: asking stops the application for 20 ms and more, and
 * what is not there yet is most likely about to load.
 */
export const ASK_V8_AFTER_MS = 5_000

export interface ProbingOptions {
  config: Pick<
    Config,
    'limits' | 'sink' | 'maxFrames' | 'maxExpandFrames' | 'expandDependencies' | 'quota' | 'redaction'
  >
  installation: Installation
  /** Takes what there is to report. */
  queue: ReportQueue
  reader: ScriptReader
  /** `SPENDING_BYTES` that all threads of the process share: what they spend of its budget. */
  spending: SharedArrayBuffer
  /** What a failed search for a file should add: where else it may run. */
  elsewhere: () => string | undefined
  /** A fault of ours, or of what we were given. Must not throw. */
  onFault: (error: LightrunError) => void
  /** Told why everything is off, and (`undefined`) that it no longer is. */
  onDetached: (why: string | undefined) => void
  /** For a thread that may be ended from outside between two ticks. */
  handover?: Handover
}

/**
 * What happens in the thread that is asked:
 * action → resolve → place → hit → admit → condition → capture → redact → charge → report
 */
export function createProbing(options: ProbingOptions): {
  converger: AgentConverger
  /** Books the time that carrying the hits of all actions away has cost. */
  chargeAll(ms: number): void
  /** A fault of ours (`internal_error`) elsewhere in the agent of this thread. Never throws. */
  fault(error: LightrunError): void
} & Disposable {
  const { config, installation, queue, reader, spending, elsewhere, onFault, onDetached, handover } = options
  const now = wallNow

  /** Counted first: where everything fails, that must not. */
  function fault(error: LightrunError): void {
    try {
      protection.fault(error)
      // What went wrong may quote what the application was working on.
      const { code, message, cause } = error
      onFault(new LightrunError(code, scrubber.scrub(message), { cause: scrubber.scrub(String(cause)) }))
    } catch {
      // Nobody is left to be told.
    }
  }
  /** Seen, and no more to be told. Never throws. */
  function loseHit(action: ActionKey, cause: unknown): void {
    try {
      queue.lose(action, 'undeliverable', 1)
    } catch {
      // That there was a fault is told below.
    }
    fault(LightrunError.from(cause))
  }
  const timers = guardedTimers(unrefTimers, fault)
  const protection = createSelfProtection({ timers, onChange: () => policed.again() })

  const isOurs = (file: string) => installation.ownDirectories.some((directory) => file.startsWith(directory))
  const budget = createBudget({
    quota: quotaUnder(config.quota),
    nowMs: timers.nowMs,
    shared: createSharedSpending(spending),
  })
  const inspector = openInspectorEngine({ timers, readText: readTextFile })

  // What an action becomes: code, a probe in it, and what it sees.
  const redaction = createLiveRedaction({ enabled: config.redaction, compile: compilePatterns, onFault })
  const { redactor, scrubber } = redaction
  const mirror = createMirror(types, createRequestHeaders())
  const sandbox = createSandbox({ mirror, redactor })
  const findCompiled = createFindCompiled({
    loaded: inspector.loadedScripts,
    exists: (path) => existsNear(path, process.argv[1]),
    isOurs,
    seesAllModules: hasRegisterHooks(Module),
  })
  let isStarting = true
  const resolver = createResolver({
    scripts: installation.scripts,
    reader,
    earlier: createEarlierScripts({
      scripts: installation.scripts,
      requireCache,
      entry: process.argv[1],
      loaded: inspector.loadedScripts,
      isOurs,
    }),
    compiled: async (wanted) => (isStarting ? [] : findCompiled(wanted)),
  })
  const prepare = createPrepare({
    config,
    compiler: createExpressionCompiler({ sandbox, redactor }),
    scrub: scrubber.scrub,
    isClear: scrubber.isClear,
    capturer: createCapturer({ mirror, redactor, scrubber }),
    resolver,
    openCallers: inspector.openCallers,
    isOurs,
    hits: createHitOrder(
      (hit: Hit) => budget.chargeBytes(actionOf(hit), queue.offer(hit)),
      (hit, cause) => {
        const { actionId, revision } = actionOf(hit)
        loseHit({ actionId, revision }, cause)
      },
    ),
    traceContext: createTraceReader({ mirror, global: globalThis, nowMs: timers.nowMs }),
    loseHit: (action, cause) => loseHit(keyOf(action), cause),
    reportUnseen: (action, calls) => queue.lose(keyOf(action), 'unseen_end', calls),
    reportSeries: (action, series) => queue.offer({ kind: 'metric', ...keyOf(action), atMs: now(), series }),
    reportCount: (action, count) => queue.offer({ kind: 'count', ...keyOf(action), atMs: now(), count }),
    now,
    nowMs: timers.nowMs,
  })

  // What only the thread as a whole knows is added to what each action says.
  const stalls = createStallWatch({
    everyMs: TICK_MS,
    nowMs: timers.nowMs,
    activeMs: () => performance.eventLoopUtilization().active,
  })
  function annotate(status: ActionStatus): ActionStatus {
    if (status.state === 'placed' || status.state === 'hitting') {
      const blockedMs = stalls.recentMs()
      return blockedMs === undefined ? status : { ...status, blockedMs }
    }
    if (status.state !== 'failed' || status.code !== 'file_not_found') return status
    const more = elsewhere()
    return more === undefined ? status : { ...status, message: `${status.message}; ${more}` }
  }
  const statuses = annotated(queue, (status) => scrubStatus(annotate(status), scrubber.scrub))

  // What the server wants becomes what this process does.
  const reentry = { inside: false }
  const engines = { weave: createWeaveEngine(installation.cells), inspector: inspector.engine }
  const converger = createConverger({
    timers,
    onFault: fault,
    activate: (action) =>
      createActiveAction(action, {
        resolver,
        choose: (places) => chooseEngine(places, engines),
        prepare,
        budget,
        reentry,
        queue: statuses,
        timers,
        now,
        onFault: fault,
        handover,
      }),
  })
  // Called while the application loads a module.
  installation.scripts.onAdd = () => {
    try {
      converger.loaded()
    } catch (error) {
      fault(LightrunError.from(error))
    }
  }
  const cancelStarting = timers.after(ASK_V8_AFTER_MS, () => {
    isStarting = false
    converger.loaded()
  })

  const policed = underPolicy({
    converger,
    redaction,
    setQuota: (policy) => budget.change(quotaUnder(config.quota, policy)),
    protection,
    nowMs: timers.nowMs,
    switchOff,
    onDetached: (why) => onDetached(why === undefined || why === DETACHED_BY_POLICY ? why : withoutSecrets(why)),
  })

  /** It names the last fault in its own words, which may quote what the application was working on. */
  const withoutSecrets = (why: string) => scrubOr(why, (text) => scrubText(text, scrubber.scrub), DETACHED_ITSELF)

  function switchOff(): void {
    installation.cells.disarmAll()
    try {
      inspector[Symbol.dispose]()
    } catch (error) {
      fault(LightrunError.from(error))
    }
  }

  return {
    converger: {
      ...policed,
      tick() {
        try {
          stalls.beat()
          policed.tick()
        } catch (error) {
          // An agent that cannot even tick is broken, whatever its actions meet.
          fault(LightrunError.from(error))
        }
      },
    },
    chargeAll: budget.chargeAll,
    fault,
    [Symbol.dispose]() {
      cancelStarting()
      installation.scripts.onAdd = undefined
      switchOff()
      sandbox.dispose()
    },
  }
}

const keyOf = ({ id, revision }: Action) => ({ actionId: id, revision })
