import {
  type Action,
  type ActionStatus,
  type EndReason,
  type ErrorCode,
  type InPlace,
  LightrunError,
  type LossReason,
  type ReportQueue,
  type Timers,
} from '@lightrun/core'
import { inBackground } from '../agent/in-background.ts'
import type { EngineChoice } from '../engine/choose-engine.ts'
import type { Place, Placement } from '../engine/engine.ts'
import { together } from '../engine/together.ts'
import type { Budget } from '../probe/budget.ts'
import { viewed } from '../probe/moment.ts'
import { createPassReport, type PassReport } from '../probe/pass-report.ts'
import type { Prepare, Prepared } from '../probe/prepare.ts'
import { createProbe, type Probe } from '../probe/probe.ts'
import { mayRecover, type Resolver } from '../resolve/resolution.ts'
import type { Handover } from '../threads/handover.ts'
import type { ActiveAction } from './converge.ts'
import { locate } from './locate.ts'

export interface ActiveActionOptions {
  resolver: Resolver
  choose: (places: readonly Place[]) => EngineChoice
  prepare: Prepare
  budget: Budget
  reentry: { inside: boolean }
  queue: Pick<ReportQueue, 'offer' | 'lose'>
  timers: Timers
  /** Wall clock, milliseconds since the epoch. */
  now: () => number
  /** A fault of ours (`internal_error`), which the action's status tells too. Must not throw. */
  onFault: (error: LightrunError) => void
  /** Where the thread may be ended from outside between two ticks: calls back soon, for what has added up. */
  handover?: Handover | undefined
}

/** A placed action looks for more copies so long after a file has loaded: files come in bursts, and a look costs a millisecond. */
export const EXTEND_AFTER_MS = 250

/** resolve → place → hit … rest … → end, with a status report at each step. */
export function createActiveAction(action: Action, options: ActiveActionOptions): ActiveAction {
  const { resolver, choose, prepare, budget, reentry, queue, timers, now, onFault, handover } = options
  const key = { actionId: action.id, revision: action.revision }
  const account = budget.open(action)
  let placement: Placement | undefined
  let cancelRest: (() => void) | undefined
  let isWaiting = false
  let { lease } = action
  const prepared: Prepared[] = []
  /** Scripts that hold a copy of the place and have their probes. */
  const served = new Set<string>()
  let cancelExtending: (() => void) | undefined
  let inPlace: Extract<ActionStatus, { state: 'placed' | 'hitting' }> | undefined
  let probe: Probe | undefined
  let passReport: PassReport | undefined
  let over = false
  /** What is to be said once everything that was captured is offered. */
  let lastWord: ActionStatus | undefined
  let isLastSaid = false
  let isConcluding = false
  /** The last word is said, and everything given back. */
  let isConcluded = false
  /** Attempts to place it that are under way. */
  let attempts = 0
  /** A status that a fault has kept from the queue. */
  let unsaid: ActionStatus | undefined
  let failedWith: ErrorCode | undefined
  /** It has failed: off, until another attempt places it. */
  let isUnfit = false
  let again = false
  let placing: Promise<void> | undefined

  /** When a fault keeps it from the queue, the next tick says it. */
  function setStatus(status: ActionStatus): void {
    if (status.state === 'placed' || status.state === 'hitting') inPlace = status
    unsaid = status
    queue.offer({ kind: 'status', ...key, atMs: now(), status })
    unsaid = undefined
  }
  const lose = (reason: LossReason, count: number) => queue.lose(key, reason, count)

  function remove(): void {
    cancelExtending?.()
    cancelExtending = undefined
    cancelRest?.()
    cancelRest = undefined
    placement?.[Symbol.dispose]()
    placement = undefined
  }

  /** Over the budget nothing is spent at all: the code runs as if nobody asked, until the timer puts the probe back. */
  function rest(ms: number): void {
    if (cancelRest !== undefined || placement === undefined) return
    placement.suspend()
    cancelRest = timers.after(ms, () => {
      cancelRest = undefined
      resume()
    })
  }

  /** Its share of the hits is used up: off until the server has dealt anew. */
  function wait(): void {
    isWaiting = true
    placement?.suspend()
  }

  function resume(): void {
    if (cancelRest !== undefined || isWaiting) return
    try {
      placement?.resume()
    } catch (error) {
      fail(error)
    }
  }

  const preparedSites = () => prepared.flatMap(({ sites }) => sites)

  function flush(): void {
    for (const { task } of preparedSites()) task.flush()
    probe?.tick()
    passReport?.flush()
  }

  function handOver(): void {
    guarded(() => {
      for (const { task } of preparedSites()) task.flush(true)
      probe?.handOver()
    })
  }
  const onGathering = handover && (() => handover(handOver))

  /** Called by timers and by what the server wants: a fault of ours costs this action, not the others, and not the process. */
  function guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      fail(error)
    }
  }

  function end(reason: EndReason, message?: string): void {
    if (over) return
    over = true
    lastWord = { state: 'ended', reason, ...(message === undefined ? {} : { message }) }
    guarded(remove)
    guarded(flush)
    guarded(() => passReport?.finish())
    void inBackground(conclude, fail)
  }

  /** After a fault in here the next tick tries again. */
  async function conclude(): Promise<void> {
    if (isConcluding || isConcluded || lastWord === undefined) return
    isConcluding = true
    try {
      // A snapshot's last hit is still being mapped; its report comes before the end.
      await settled()
      if (!isLastSaid) setStatus(lastWord)
      isLastSaid = true
      free()
      account[Symbol.dispose]()
      isConcluded = true
    } finally {
      isConcluding = false
    }
  }

  function free(): void {
    while (prepared.length > 0) {
      prepared[prepared.length - 1]?.[Symbol.dispose]()
      prepared.length--
    }
  }

  async function settled(): Promise<void> {
    await Promise.allSettled(preparedSites().map(({ task }) => task.settled()))
  }

  /** Never throws: it is the last to know what to do with a fault. */
  function fail(error: unknown): void {
    try {
      const known = LightrunError.from(error)
      if (known.code === 'internal_error') onFault(known)
      isUnfit = true
      remove()
      // Of what has ended its last word is what counts.
      if (!over) sayFailed(known)
    } catch (fault) {
      onFault(LightrunError.from(fault))
    }
  }

  function sayFailed(known: LightrunError): void {
    // Trying again after every file that loads must not repeat the same news.
    if (known.code === failedWith) return
    failedWith = known.code
    setStatus({ state: 'failed', code: known.code, message: known.message, details: { ...known.details } })
  }

  async function attempt(): Promise<void> {
    attempts++
    try {
      const { points, position, ...located } = await locate(action, resolver)
      const ready = await prepare(action, points)
      if (over) {
        ready[Symbol.dispose]()
        return
      }
      free()
      prepared.push(ready)
      const { engine, reason } = choose(points)
      const { nowMs } = timers
      const { passMs } = engine
      const { notes } = located
      const place: InPlace = {
        engine: engine.name,
        position,
        ...(reason === undefined ? {} : { reason }),
        ...(notes.length === 0 ? {} : { notes: [...notes] }),
      }
      isWaiting = false
      const asked = lease === undefined ? action : { ...action, lease }
      const made = createProbe({
        ...{ action: asked, place, budget: account, passMs, reentry, nowMs },
        ...{ setStatus, lose, rest, wait, onGathering, end, fail },
      })
      probe = made
      passReport = createPassReport(made.counts, (told) =>
        queue.offer({ kind: 'passes', ...key, atMs: now(), ...told }),
      )
      placement = await engine.place(points, hitsOf(made, ready))
      // At once: what is placed and not known would stay for ever.
      if (over) return remove()
      isUnfit = false
      served.clear()
      for (const point of points) served.add(scriptOf(point))
      // A hot line may have been passed before we had the placement in hand.
      if (isWaiting) placement.suspend()
      failedWith = undefined
      setStatus({ state: 'placed', ...place })
    } catch (error) {
      fail(error)
    } finally {
      attempts--
    }
  }

  /**
   * Bundlers put one source into several scripts, which load when they are needed, and a file may load again: the same probe,
   * with its limits and counts, in those as well. What only the debugger could serve has another price, and is left out.
   */
  async function extend(): Promise<void> {
    try {
      const { points } = await locate(action, resolver)
      const added = points.filter((point) => !served.has(scriptOf(point)) && choose([point]).engine.name === 'weave')
      if (over || probe === undefined || added.length === 0) return
      const ready = await prepare(action, added)
      const placed = await choose(added).engine.place(added, hitsOf(probe, ready))
      const isOff = placement === undefined
      placement = together(placement, placed)
      prepared[prepared.length] = ready
      if (over || isOff) return remove()
      for (const point of added) served.add(scriptOf(point))
      if (isWaiting || cancelRest !== undefined) placed.suspend()
    } catch (error) {
      const { message } = LightrunError.from(error)
      if (over || inPlace === undefined || inPlace.notes?.some((note) => note.type === 'partial')) return
      setStatus({ ...inPlace, notes: [...(inPlace.notes ?? []), { type: 'partial', message }] })
    }
  }

  function extendLater(): void {
    if (cancelExtending !== undefined) return
    cancelExtending = timers.after(EXTEND_AFTER_MS, () => {
      cancelExtending = undefined
      void inBackground(async () => {
        await placing
        if (over || placement === undefined) return
        placing = extend()
        await placing
      }, fail)
    })
  }

  return {
    async place() {
      guarded(() => setStatus({ state: 'received' }))
      placing = attempt()
      await placing
    },
    loaded() {
      if (over) return
      if (placement !== undefined) return extendLater()
      // Loads come in bursts; one attempt runs at a time, and one more follows when something came meanwhile.
      again = true
      void inBackground(async () => {
        await placing
        if (!again || over) return
        again = false
        if (placement !== undefined) return extendLater()
        if (!mayRecover(failedWith)) return
        placing = attempt()
      }, fail)
    },
    tick() {
      if (over) {
        guarded(remove)
        void inBackground(conclude, fail)
        return
      }
      guarded(flush)
      if (isUnfit) guarded(remove)
      guarded(() => unsaid && setStatus(unsaid))
    },
    get isGone() {
      return isConcluded && placement === undefined && attempts === 0
    },
    renew(wanted) {
      lease = wanted.lease
      guarded(() => {
        if (over) return
        if (probe?.renew(lease)) isWaiting = false
        // The policy may have given it more.
        if (cancelRest !== undefined && account.admit()) {
          cancelRest()
          cancelRest = undefined
        }
        resume()
      })
    },
    end,
    settled,
    hurry() {
      guarded(() => {
        flush()
        for (const { task } of preparedSites()) task.hurry?.()
      })
    },
  }
}

const scriptOf = ({ script }: Place): string =>
  script.status === 'woven' ? `${script.path} ${script.fingerprint}` : script.path

const hitsOf = (probe: Probe, { sites }: Prepared) =>
  sites.map((each) => {
    const hit = probe.hitAt(each)
    return each.read === undefined ? hit : viewed(hit, each.read)
  })
