import type { Action, ActionStatus, Report } from '@lightrun/core'
import { LightrunError } from '@lightrun/core'
import { createManualTimers } from '@lightrun/core/testing'
import { describe, expect, it } from 'vitest'
import type { SiteHit } from '../engine/cells.ts'
import type { Engine } from '../engine/engine.ts'
import { madeUpSite } from '../engine/made-up-site.ts'
import type { UnwovenScript } from '../load/scripts.ts'
import { createBudget } from '../probe/budget.ts'
import type { Prepared } from '../probe/prepare.ts'
import { quotaUnder } from '../probe/quota.ts'
import { settledAtOnce } from '../probe/task.ts'
import { createActiveAction } from './active-action.ts'

const site = madeUpSite()
const script: UnwovenScript = {
  status: 'unwoven',
  path: '/a.js',
  format: 'commonjs',
  reason: 'excluded',
  message: 'it is a dependency',
}
const action: Action = {
  id: 'a1',
  revision: 1,
  position: { file: 'a.js', line: 1 },
  task: { type: 'log', format: 'x', level: 'info', targets: ['server'] },
  expiresAtMs: 0,
}

/** An action whose hits take 150 ms each, of the 100 that a quiet time has saved up. */
function setUp({ onResume = () => {}, more = {} }: { onResume?: () => void; more?: Partial<Action> } = {}) {
  const timers = createManualTimers()
  const states: string[] = []
  const engineLog: string[] = []
  let armed: SiteHit | undefined
  let worked = 0
  const engine: Engine = {
    name: 'inspector',
    async place(_places, [hit]) {
      armed = hit
      return {
        suspend() {
          armed = undefined
          engineLog.push('suspend')
        },
        resume() {
          onResume()
          armed = hit
          engineLog.push('resume')
        },
        [Symbol.dispose]() {
          armed = undefined
          engineLog.push('dispose')
        },
      }
    },
  }
  const perform = () => {
    worked += 150
    return undefined
  }
  const prepared: Prepared = {
    sites: [{ task: { perform, flush() {}, settled: settledAtOnce }, condition: undefined }],
    [Symbol.dispose]() {},
  }
  const statuses: ActionStatus[] = []
  const nowMs = () => timers.nowMs() + worked
  const budget = createBudget({ quota: quotaUnder({}), nowMs })
  const active = createActiveAction(
    { ...action, ...more },
    {
      resolver: {
        resolve: async () => ({ places: [{ script, site, named: site }], position: action.position, notes: [] }),
        resolveFunction: () => Promise.reject(new Error('not asked for')),
        originals: async () => [],
      },
      choose: () => ({ engine, reason: script.message }),
      prepare: async () => prepared,
      budget,
      reentry: { inside: false },
      queue: {
        offer(report: Report) {
          if (report.kind === 'status') {
            statuses.push(report.status)
            states.push(report.status.state)
          }
          return 0
        },
        lose() {},
      },
      timers: { ...timers, nowMs },
      now: () => 0,
      onFault() {},
    },
  )
  const pass = () => armed?.([])
  return { active, budget, timers, states, statuses, engineLog, pass, isArmed: () => armed !== undefined }
}

describe('an action that is placed', () => {
  it('says by which engine, and why', async () => {
    const { active, statuses } = setUp()
    await active.place()
    expect(statuses.at(-1)).toMatchObject({ state: 'placed', engine: 'inspector', reason: 'it is a dependency' })
  })

  it('says the same again when it is hit: nobody may have read what came before', async () => {
    const { active, statuses, pass } = setUp()
    await active.place()
    const placed = statuses.at(-1)
    pass()
    expect(statuses.at(-1)).toEqual({ ...placed, state: 'hitting' })
  })

  it('is taken off when it is over the budget, from inside its hit, and put back when the debt is paid', async () => {
    const { active, timers, states, engineLog, pass, isArmed } = setUp()
    await active.place()
    pass()
    pass()
    expect([isArmed(), states]).toEqual([false, ['received', 'placed', 'hitting', 'throttled']])
    pass()
    await timers.advance(60_000)
    expect([isArmed(), engineLog]).toEqual([true, ['suspend', 'resume']])
    active.end('removed')
    expect([isArmed(), timers.waiting]).toEqual([false, []])
  })

  it('is taken off when its share of the hits is used up, and put back with another deal', async () => {
    const { active, engineLog, states, pass, isArmed } = setUp({ more: { lease: { deal: 1, hits: 1 } } })
    await active.place()
    pass()
    expect([isArmed(), engineLog]).toEqual([false, ['suspend']])
    active.renew({ ...action, lease: { deal: 1, hits: 1 } })
    expect(isArmed()).toBe(false)
    active.renew({ ...action, lease: { deal: 2, hits: 5 } })
    expect([isArmed(), states]).toEqual([true, ['received', 'placed', 'hitting', 'hitting']])
  })

  it('is not put back by a deal while it is over the budget', async () => {
    const { active, timers, pass, isArmed } = setUp({ more: { lease: { deal: 1, hits: 5 } } })
    await active.place()
    pass()
    pass()
    active.renew({ ...action, lease: { deal: 2, hits: 5 } })
    expect(isArmed()).toBe(false)
    await timers.advance(60_000)
    expect(isArmed()).toBe(true)
  })

  it('is put back at once when the policy gives it more', async () => {
    const { active, budget, timers, pass, isArmed } = setUp()
    await active.place()
    pass()
    pass()
    budget.change(quotaUnder({}, { cpuPercent: 100 }))
    active.renew(action)
    expect(isArmed()).toBe(false)
    await timers.advance(100)
    active.renew(action)
    expect(isArmed()).toBe(true)
  })

  it('is not put back once it has ended', async () => {
    const { active, timers, engineLog, pass } = setUp()
    await active.place()
    pass()
    pass()
    active.end('expired')
    await timers.advance(60_000)
    expect(engineLog).toEqual(['suspend', 'dispose'])
  })

  it('fails, and does not throw, when its place is gone by then', async () => {
    const { active, timers, statuses, pass } = setUp({
      onResume() {
        throw new LightrunError('no_code_at_line', 'gone')
      },
    })
    await active.place()
    pass()
    pass()
    await timers.advance(60_000)
    expect(statuses.at(-1)).toMatchObject({ state: 'failed', code: 'no_code_at_line' })
  })
})
