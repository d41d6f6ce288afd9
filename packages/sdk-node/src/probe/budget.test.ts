import type { Action } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { createBudget } from './budget.ts'
import { quotaUnder } from './quota.ts'

const log: Action['task'] = { type: 'log', format: 'x', level: 'info', targets: ['server'] }
const snapshot: Action['task'] = { type: 'snapshot', watches: [] }

function setUp(own: Parameters<typeof quotaUnder>[0] = {}) {
  let now = 0
  const budget = createBudget({ quota: quotaUnder(own), nowMs: () => now })
  let opened = 0
  const open = (more: Partial<Action> = {}) => budget.open({ id: `a${opened++}`, revision: 1, task: log, ...more })
  const wait = (ms: number) => {
    now += ms
  }
  return { budget, open, wait }
}

/** Hits that are let in, each of this much work. */
function hits({
  account,
  tries,
  ms = 0,
}: {
  account: ReturnType<ReturnType<typeof setUp>['open']>
  tries: number
  ms?: number
}) {
  let admitted = 0
  for (let i = 0; i < tries; i++) {
    if (!account.admit()) continue
    account.charge(ms)
    admitted++
  }
  return admitted
}

describe('the budget of a thread', () => {
  it('is 1 % of a core unless somebody says otherwise: a burst, then a debt, with numbers', () => {
    const { open, wait } = setUp()
    const account = open()
    expect(hits({ account, tries: 1_000, ms: 1 })).toBe(100)
    expect(account.shortage()).toEqual({
      restMs: 0,
      message: 'over the CPU budget of this process (1 % of a core; a hit of this one takes 1 ms)',
    })
    wait(10_000)
    expect(hits({ account, tries: 1_000, ms: 1 })).toBe(100)
  })

  it('keeps something for each action', () => {
    const { open, wait } = setUp()
    const greedy = open()
    const modest = open({ task: snapshot })
    for (let second = 0; second < 60; second++) {
      hits({ account: greedy, tries: 1_000, ms: 1 })
      expect(hits({ account: modest, tries: 4, ms: 1 })).toBe(4)
      wait(1_000)
    }
    expect(greedy.admit()).toBe(true)
    hits({ account: greedy, tries: 1_000, ms: 1 })
    expect(greedy.shortage().message).toContain('1 % of a core, shared by 2 actions')
  })

  it('counts conditions, also against what there is for conditions alone', () => {
    const { open } = setUp({ conditionShare: 0.001 })
    const account = open({ condition: 'a' })
    const without = open()
    account.chargeCondition(20)
    expect(account.admit()).toBe(false)
    expect(account.shortage().message).toBe(
      'over the budget for conditions of this process (0.1 % of a core, shared by 2 actions)',
    )
    expect(without.admit()).toBe(true)
  })

  it('counts what goes to the server', () => {
    const { budget, open, wait } = setUp({ logBytesPerSecond: 1_000 })
    const account = open()
    budget.chargeBytes({ actionId: 'a0', revision: 1 }, 15_000)
    expect([account.admit(), account.shortage()]).toEqual([
      false,
      { restMs: 5_000, message: 'over what this process may send (0.98 KiB/s)' },
    ])
    wait(5_001)
    expect(account.admit()).toBe(true)
  })

  it('counts lines of logs where that is asked for, and nothing but logs', () => {
    const { open } = setUp({ logsPerSecond: 3 })
    const account = open()
    expect(hits({ account, tries: 100 })).toBe(30)
    expect(account.shortage().message).toBe('over the rate of logs of this process (3/s)')
    expect(hits({ account: open({ task: snapshot }), tries: 100 })).toBe(100)
  })

  it('counts passes where passing costs, from a tenth of the burst', () => {
    const { open, wait } = setUp()
    const account = open()
    const passes = (tries: number) =>
      Array.from({ length: tries }, () => account.admitPass(0.15)).filter(Boolean).length
    expect(passes(1_000)).toBe(67)
    expect(account.shortage().message).toBe('passed too often for the inspector, which costs about 0.15 ms a pass')
    wait(150)
    expect(passes(1_000)).toBe(10)
  })

  it('takes what carrying hits away costs from those who had them', () => {
    const { budget, open } = setUp()
    const loud = open()
    const quiet = open()
    loud.charge(60)
    budget.chargeAll(30)
    expect([loud.admit(), quiet.admit()]).toEqual([false, true])
  })

  it('changes while it is used', () => {
    const { budget, open, wait } = setUp()
    const account = open()
    account.charge(150)
    budget.change(quotaUnder({}, { cpuPercent: 50, logsPerSecond: 1 }))
    wait(101)
    expect(account.admit()).toBe(true)
    expect(hits({ account, tries: 100 })).toBe(10)
    budget.change(quotaUnder({}, { cpuPercent: 50 }))
    expect(account.admit()).toBe(true)
  })

  it('does not hold for who may ignore it, who does not use up what others have either', () => {
    const { budget, open } = setUp()
    const free = open({ ignoreQuota: true })
    const other = open()
    free.charge(1e6)
    free.chargeCondition(1e6)
    budget.chargeBytes({ actionId: 'a0', revision: 1 }, 1e9)
    expect([free.admit(), free.admitPass(100), other.admit()]).toEqual([true, true, true])
  })

  it('holds for them too where the application says never, and for nobody where it says everywhere', () => {
    const never = setUp({ ignored: false }).open({ ignoreQuota: true })
    const everywhere = setUp({ ignored: true }).open()
    for (const account of [never, everywhere]) account.charge(1e6)
    expect([never.admit(), everywhere.admit()]).toEqual([false, true])
  })
})

describe('a quota', () => {
  it('is what the policy says, but not more than the application has set', () => {
    expect(quotaUnder({ cpuShare: 0.02 }, { cpuPercent: 5 }).cpuShare).toBe(0.02)
    expect(quotaUnder({ cpuShare: 0.02 }, { cpuPercent: 0.5 }).cpuShare).toBe(0.005)
    expect(quotaUnder({}, { cpuPercent: 5, bytesPerSecond: 10 })).toMatchObject({ cpuShare: 0.05, bytesPerSecond: 10 })
    expect(quotaUnder({})).toMatchObject({ cpuShare: 0.01, bytesPerSecond: 1024 ** 2, logsPerSecond: undefined })
  })
})
