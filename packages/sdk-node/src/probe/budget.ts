import type { Action } from '@lightrun/core'
import { createFairBucket, type FairAccount, type FairBucket, type FairBucketOptions } from './fair-bucket.ts'
import type { Quota } from './quota.ts'
import type { SharedSpending } from './shared-spending.ts'

/**
 * What all actions of a thread together may take of the application: its time, and what goes to the server. The price is
 * bounded by measuring it, so a cheap log may run thousands of times a second and an expensive one may not. Each action
 * has a fair share, so that a greedy one cannot starve a modest one.
 */
export interface Budget {
  /** One account for each action at each revision. */
  open(action: Pick<Action, 'id' | 'revision' | 'ignoreQuota' | 'task' | 'condition'>): Account
  /** Books what goes to the server for an action. */
  chargeBytes(action: { actionId: string; revision: number }, bytes: number): void
  /** Books the time that all actions have cost together: what carries their hits away. */
  chargeAll(ms: number): void
  /** Takes effect at once. */
  change(quota: Quota): void
}

/** What one action may take, on the hot path of its hits. */
export interface Account extends Disposable {
  /** Whether nothing is asked of it: no work of it need be timed. */
  isFree(): boolean
  /** Whether there is anything left for it. */
  admit(): boolean
  /** The same where passing costs by itself, and books one pass that is let in. */
  admitPass(passMs: number): boolean
  /** Books the work of a hit. May overdraw; the debt is waited off. */
  charge(ms: number): void
  /** Books the work of a condition. */
  chargeCondition(ms: number): void
  /** Of what there is not enough, for a person, and milliseconds until there is some again. */
  shortage(): { restMs: number; message: string }
}

export interface BudgetOptions {
  quota: Quota
  nowMs: () => number
  /** Default `BURST_MS`. */
  burstMs?: number
  /** What other threads take of the same CPU budget. Default: there are none. */
  shared?: SharedSpending
}

/** Work that may be done at once after a quiet time: ten seconds' worth, so that a burst of requests is seen whole. */
export const BURST_MS = 10_000
/** Passes of the inspector come from a bucket with a tenth of the burst: at 1 % of a core, 10 ms at once. */
export const PASS_BURST_MS = 1_000

/** One thing that is rationed. */
interface Ration {
  bucket: FairBucket
  /** Tokens a millisecond; `undefined`: as many as anybody likes. */
  rateOf: (quota: Quota) => number | undefined
  isOn: boolean
  why: (spent: Spent) => string
}

interface Spent {
  works: number
  ms: number
  passMs: number
}

export function createBudget({ quota: first, nowMs, burstMs = BURST_MS, shared }: BudgetOptions): Budget {
  let quota = first
  /** By action, at each of its revisions: two, while one takes the place of the other. */
  const bytesOf = new Map<string, { revision: number; account: FairAccount }[]>()

  function ration(rateOf: Ration['rateOf'], why: Ration['why'], more: Partial<FairBucketOptions> = {}): Ration {
    const rate = rateOf(quota)
    const bucket = createFairBucket({ rate: rate ?? 1, burstMs, now: nowMs(), ...more })
    return { bucket, rateOf, isOn: rate !== undefined, why }
  }
  const cpu = ration(
    ({ cpuShare }) => cpuShare,
    ({ works, ms }) => `over the CPU budget of this process (${ofCore(quota.cpuShare)}${among(cpu)}${each(works, ms)})`,
    shared === undefined ? {} : { foreign: shared.look },
  )
  const conditions = ration(
    ({ conditionShare }) => conditionShare,
    () => `over the budget for conditions of this process (${ofCore(quota.conditionShare ?? 0)}${among(conditions)})`,
  )
  const bytes = ration(
    ({ bytesPerSecond }) => bytesPerSecond / 1_000,
    () => `over what this process may send (${short(quota.bytesPerSecond / 1024)} KiB/s${among(bytes)})`,
  )
  const logs = ration(
    ({ logsPerSecond }) => (logsPerSecond === undefined ? undefined : logsPerSecond / 1_000),
    () => `over the rate of logs of this process (${short(quota.logsPerSecond ?? 0)}/s${among(logs)})`,
  )
  const passes = ration(
    ({ cpuShare }) => cpuShare,
    ({ passMs }) => `passed too often for the inspector, which costs about ${passMs} ms a pass`,
    { burstMs: PASS_BURST_MS },
  )
  const rations = [passes, cpu, conditions, bytes, logs]

  function open({ id, revision, ignoreQuota = false, task, condition }: Parameters<Budget['open']>[0]): Account {
    const isLog = task.type === 'log'
    const hasCondition = condition !== undefined
    const ofPasses = passes.bucket.open()
    const ofCpu = cpu.bucket.open()
    const ofConditions = conditions.bucket.open()
    const ofBytes = bytes.bucket.open()
    const ofLogs = logs.bucket.open()
    const own = [ofPasses, ofCpu, ofConditions, ofBytes, ofLogs]
    const spent: Spent = { works: 0, ms: 0, passMs: 0 }
    const isFree = () => quota.ignored === 'everywhere' || (ignoreQuota && quota.ignored === 'where asked')
    if (!ignoreQuota) bytesOf.set(id, [...(bytesOf.get(id) ?? []), { revision, account: ofBytes }])

    function chargeCpu(ms: number): void {
      ofCpu.charge(ms)
      shared?.add(ms)
    }

    function admitAt(now: number): boolean {
      return (
        ofCpu.admit(now) &&
        ofBytes.admit(now) &&
        (!hasCondition || !conditions.isOn || ofConditions.admit(now)) &&
        (!isLog || !logs.isOn || ofLogs.admit(now))
      )
    }

    return {
      isFree,
      admit: () => isFree() || admitAt(nowMs()),
      admitPass(passMs) {
        if (isFree()) return true
        const now = nowMs()
        spent.passMs = passMs
        if (!ofPasses.admit(now) || !admitAt(now)) return false
        ofPasses.charge(passMs)
        chargeCpu(passMs)
        return true
      },
      charge(ms) {
        if (isFree()) return
        chargeCpu(ms)
        if (isLog && logs.isOn) ofLogs.charge(1)
        spent.works++
        spent.ms += ms
      },
      chargeCondition(ms) {
        if (isFree()) return
        chargeCpu(ms)
        if (conditions.isOn) ofConditions.charge(ms)
      },
      shortage() {
        const now = nowMs()
        let restMs = 0
        let message = ''
        for (let i = 0; i < rations.length; i++) {
          const each = rations[i] as Ration
          const account = own[i] as FairAccount
          if (!each.isOn || account.admit(now)) continue
          if (message === '' || account.debtMs() > restMs) message = each.why(spent)
          restMs = Math.max(restMs, account.debtMs())
        }
        return { restMs, message: message === '' ? cpu.why(spent) : message }
      },
      [Symbol.dispose]() {
        const others = bytesOf.get(id)?.filter((each) => each.account !== ofBytes) ?? []
        if (others.length > 0) bytesOf.set(id, others)
        else bytesOf.delete(id)
        for (const account of own) account[Symbol.dispose]()
      },
    }
  }

  return {
    open,
    chargeBytes({ actionId, revision }, amount) {
      if (quota.ignored === 'everywhere') return
      const accounts = bytesOf.get(actionId)
      if (accounts === undefined) return
      for (let i = 0; i < accounts.length; i++) {
        const each = accounts[i] as (typeof accounts)[number]
        if (each.revision === revision) each.account.charge(amount)
      }
    },
    chargeAll(ms) {
      cpu.bucket.chargeAll(ms)
      shared?.add(ms)
    },
    change(next) {
      quota = next
      for (const each of rations) {
        const rate = each.rateOf(next)
        each.isOn = rate !== undefined
        if (rate !== undefined) each.bucket.setRate(rate)
      }
    },
  }
}

const short = (value: number) => String(Number(value.toPrecision(2)))
const ofCore = (share: number) => `${short(share * 100)} % of a core`
const among = ({ bucket }: Ration) => (bucket.accounts === 1 ? '' : `, shared by ${bucket.accounts} actions`)
const each = (works: number, ms: number) => (works === 0 ? '' : `; a hit of this one takes ${short(ms / works)} ms`)
