import type { Action, ActionStatus, InPlace } from '@lightrun/core'
import type { Evaluation } from '@lightrun/sandbox'
import { describe, expect, it } from 'vitest'
import { createBudget } from './budget.ts'
import { createProbe, MAX_REST_MS, MIN_REST_MS, passesOf } from './probe.ts'
import { quotaUnder } from './quota.ts'
import { settledAtOnce } from './task.ts'

const base: Action = {
  id: 'a1',
  revision: 1,
  position: { file: 'a.js', line: 1 },
  task: { type: 'log', format: 'x', level: 'info', targets: ['server'] },
  expiresAtMs: 0,
}

const place: InPlace = { engine: 'inspector', reason: 'it was loaded before', position: base.position }

interface SetUp {
  action?: Partial<Action>
  condition?: (args: readonly unknown[]) => Evaluation
  passMs?: number
  perform?: (args: readonly unknown[]) => string | undefined
  onGathering?: () => void
}

function setUp({ action = {}, condition, passMs, perform = () => undefined, onGathering }: SetUp = {}) {
  let now = 0
  const statuses: string[] = []
  const losses: Record<string, number> = {}
  const performed: unknown[][] = []
  const ended: string[] = []
  const rests: number[] = []
  const probe = createProbe({
    action: { ...base, ...action },
    place,
    budget: createBudget({ quota: quotaUnder({}), nowMs: () => now }).open({ ...base, ...action }),
    passMs,
    reentry: { inside: false },
    nowMs: () => now,
    setStatus: (status: ActionStatus) =>
      statuses.push(status.state === 'failed' ? `failed ${status.code}` : status.state),
    lose: (reason, count) => {
      losses[reason] = (losses[reason] ?? 0) + count
    },
    rest: (ms) => rests.push(ms),
    wait: () => ended.push('waiting'),
    onGathering,
    end: (reason) => ended.push(reason),
    fail: (error) => ended.push(error.code),
  })
  const task = {
    perform(args: readonly unknown[]) {
      performed.push([...args])
      return perform(args)
    },
    flush() {},
    settled: settledAtOnce,
  }
  const hit = probe.hitAt({ task, condition })
  const spend = (ms: number) => {
    now += ms
    return undefined
  }
  return { probe, hit, statuses, losses, performed, ended, rests, spend }
}

describe('a probe', () => {
  it('performs its task on every pass and says once that it is hitting', () => {
    const { hit, performed, statuses } = setUp()
    hit([1])
    hit([2])
    expect([performed, statuses]).toEqual([[[1], [2]], ['hitting']])
  })

  it('performs only where the condition holds', () => {
    const { hit, performed } = setUp({ condition: ([n]) => ({ status: 'value', value: (n as number) > 2 }) })
    for (let n = 0; n < 5; n++) hit([n])
    expect(performed).toEqual([[3], [4]])
  })

  it('tells what became of every pass', () => {
    const outcomes: Evaluation[] = [
      { status: 'value', value: 0 },
      { status: 'value', value: {} },
      { status: 'failed', message: 'no' },
      { status: 'value', value: '' },
    ]
    const setup = setUp({
      condition: ([n]) => outcomes[n as number] as Evaluation,
      perform: () => setup.spend(1_000),
    })
    for (const n of [0, 2, 1]) setup.hit([n])
    expect(setup.probe.counts).toEqual({ conditionFalse: 1, conditionFailed: 1, throttled: 0, performed: 1 })
    setup.hit([1])
    expect(setup.probe.counts).toEqual({ conditionFalse: 1, conditionFailed: 1, throttled: 1, performed: 1 })
    expect(passesOf(setup.probe.counts)).toBe(4)
  })

  it('says that a count begins to add up, once until that is handed over', () => {
    let begun = 0
    const onGathering = () => begun++
    const { hit, probe } = setUp({ action: { task: { type: 'counter', name: 'n' } }, onGathering })
    expect(begun).toBe(0)
    for (let pass = 0; pass < 3; pass++) hit([])
    expect(begun).toBe(1)
    probe.handOver()
    probe.tick()
    expect(begun).toBe(1)
    hit([])
    expect(begun).toBe(2)
  })

  it('does not say so of hits, which go by themselves, but of those it may not have', () => {
    let begun = 0
    const setup = setUp({ perform: () => setup.spend(1_000), onGathering: () => begun++ })
    setup.hit([])
    expect(begun).toBe(0)
    setup.hit([])
    expect(begun).toBe(1)
    setup.probe.handOver()
    expect(setup.losses).toEqual({ throttled: 1 })
  })

  it('does not take one pass that was held up for what the next ones cost', () => {
    let held = 50
    const setup = setUp({
      condition: () => {
        setup.spend(held)
        held = 0
        return { status: 'value', value: false }
      },
    })
    for (let pass = 0; pass < 1_000; pass++) setup.hit([])
    expect(setup.probe.counts).toMatchObject({ conditionFalse: 1_000, throttled: 0 })
  })

  it('takes a condition that cannot be evaluated for false, says so once, and recovers', () => {
    let outcome: Evaluation = { status: 'failed', message: 'usr is not defined here' }
    const { hit, performed, statuses } = setUp({ condition: () => outcome })
    hit([])
    hit([])
    outcome = { status: 'value', value: true }
    hit([])
    expect([performed.length, statuses]).toEqual([1, ['failed expression_failed', 'hitting']])
  })

  it('says once what its task cannot do, does not count such a hit, and recovers', () => {
    let problem: string | undefined = 'the metric is not a number: it is of type string'
    const { hit, statuses, ended } = setUp({ action: { maxHits: 1 }, perform: () => problem })
    hit([])
    hit([])
    expect([statuses, ended]).toEqual([['failed expression_failed'], []])
    problem = undefined
    hit([])
    expect([statuses, ended]).toEqual([['failed expression_failed', 'hitting'], ['hit_limit']])
  })

  it('measures exactly, also over the budget', () => {
    const task = { type: 'metric', name: 'n', expression: 'n' } as const
    const setup = setUp({ action: { task }, perform: () => setup.spend(1_000) })
    for (let n = 0; n < 10; n++) setup.hit([])
    expect([setup.performed.length, setup.statuses]).toEqual([10, ['hitting']])
  })

  it('ends at its hit limit, exactly', () => {
    const { hit, performed, ended } = setUp({ action: { maxHits: 2 } })
    for (let n = 0; n < 5; n++) hit([n])
    expect([performed.length, ended]).toEqual([2, ['hit_limit']])
  })

  it('waits at the end of its share, asks for more after a while and then every second, and goes on', () => {
    const { hit, probe, performed, ended, statuses, spend } = setUp({ action: { lease: { deal: 1, hits: 2 } } })
    for (let n = 0; n < 5; n++) hit([n])
    probe.tick()
    expect([performed.length, ended, statuses]).toEqual([2, ['waiting'], ['hitting']])
    spend(1_000)
    probe.tick()
    probe.tick()
    expect(statuses).toEqual(['hitting', 'waiting', 'waiting'])
    expect([probe.renew({ deal: 1, hits: 2 }), probe.renew({ deal: 2, hits: 1, last: true })]).toEqual([false, true])
    for (let n = 0; n < 5; n++) hit([n])
    probe.tick()
    expect([performed.length, ended, statuses.slice(3)]).toEqual([3, ['waiting', 'hit_limit'], ['hitting']])
  })

  it('over the budget counts instead of performing, says so, and recovers by itself', () => {
    const setup = setUp({ perform: () => setup.spend(150) })
    setup.hit([])
    setup.hit([])
    setup.hit([])
    setup.probe.tick()
    expect([setup.performed.length, setup.losses, setup.statuses]).toEqual([
      1,
      { throttled: 2 },
      ['hitting', 'throttled'],
    ])
    setup.spend(60_000)
    setup.hit([])
    setup.probe.tick()
    expect([setup.performed.length, setup.losses, setup.statuses]).toEqual([
      2,
      { throttled: 2 },
      ['hitting', 'throttled', 'hitting'],
    ])
  })

  it('over the budget asks to be taken off until the debt is paid, and for a second at least', () => {
    const deep = setUp({ perform: () => deep.spend(150) })
    deep.hit([])
    deep.hit([])
    const shallow = setUp({ perform: () => shallow.spend(101.5) })
    shallow.hit([])
    shallow.hit([])
    expect([deep.rests, shallow.rests]).toEqual([[4_850], [MIN_REST_MS]])
  })

  it('rests longer each time that it is over the budget as soon as it is back, to a bound, and briefly after a quiet time', () => {
    const setup = setUp({ perform: () => setup.spend(1) })
    const overAgain = () => {
      const before = setup.rests.length
      while (setup.rests.length === before) setup.hit([])
      // Passes of a call that had begun before.
      setup.hit([])
      setup.spend(setup.rests.at(-1) ?? 0)
      return setup.rests.slice(before)
    }
    const long = (ms: number) => [ms, ms]
    const lengths = [MIN_REST_MS, 2 * MIN_REST_MS, 4 * MIN_REST_MS, MAX_REST_MS, MAX_REST_MS]
    expect(lengths.map(overAgain)).toEqual(lengths.map(long))
    setup.spend(60_000)
    expect(overAgain()).toEqual(long(MIN_REST_MS))
  })

  it('stands throttled while it is, though single hits go through', () => {
    const setup = setUp({ perform: () => setup.spend(101) })
    for (let round = 0; round < 5; round++) {
      setup.hit([])
      setup.hit([])
      setup.spend(9_000)
      setup.probe.tick()
    }
    expect(setup.statuses).toEqual(['hitting', 'throttled'])
  })

  it('pays for each pass where passing costs, before its condition is looked at', () => {
    let evaluated = 0
    const condition = (): Evaluation => {
      evaluated++
      return { status: 'value', value: false }
    }
    const { hit, statuses, rests, probe, losses } = setUp({ condition, passMs: 4 })
    for (let pass = 0; pass < 5; pass++) hit([])
    probe.tick()
    expect([evaluated, statuses, rests.length, losses]).toEqual([3, ['throttled'], 2, { throttled: 2 }])
  })

  it('stops evaluating a condition that uses the budget up', () => {
    let evaluated = 0
    const setup = setUp({
      condition: () => {
        evaluated++
        setup.spend(10)
        return { status: 'value', value: false }
      },
    })
    for (let pass = 0; pass < 1_000; pass++) setup.hit([])
    setup.probe.tick()
    expect(evaluated).toBeLessThan(200)
    expect(evaluated + (setup.losses.throttled ?? 0)).toBe(1_000)
  })

  it('is switched off by a fault of ours, and the application does not notice', () => {
    const { hit, performed, ended } = setUp({
      perform: () => {
        throw new Error('bug')
      },
    })
    expect(() => hit([])).not.toThrow()
    hit([])
    expect([performed.length, ended]).toEqual([1, ['internal_error']])
  })

  it('stays when the application runs out of stack', () => {
    const { hit, ended, performed } = setUp({
      perform: ([depth]) => {
        if (depth === 'deep') throw new RangeError('Maximum call stack size exceeded')
        return undefined
      },
    })
    expect(() => hit(['deep'])).not.toThrow()
    hit(['shallow'])
    expect([ended, performed.length]).toEqual([[], 2])
  })

  it('passes over a hit inside a hit', () => {
    const setup = setUp({
      perform: () => {
        setup.hit(['inner'])
        return undefined
      },
    })
    setup.hit(['outer'])
    expect(setup.performed).toEqual([['outer']])
  })
})
