import { setImmediate as turn } from 'node:timers/promises'
import { summarize } from '@lightrun/core'
import type { Evaluation } from '@lightrun/sandbox'
import { afterEach, describe, expect, it } from 'vitest'
import { MAX_OPEN_LINKS } from './chain.ts'
import { type ContextCell, createContextCell, createPlainCell } from './context-cell.ts'
import { createDurationTask } from './duration-task.ts'
import { createMetricTask } from './metric-task.ts'
import { createOpenTimes, type OpenTime } from './open-times.ts'
import { MAX_SILENT_FLUSHES, type ReportSeries } from './series-report.ts'
import { createTicTocTask } from './tic-toc-task.ts'

type Reported = Parameters<ReportSeries>[0]

describe('a metric', () => {
  function setUp(outcomes: (Evaluation | unknown)[]) {
    const reported: Reported[] = []
    const task = createMetricTask({
      expression: ([outcome]) => outcome as Evaluation,
      scrub: (text) => text.replace('4111111111111111', '<redacted: card>'),
      report: (series) => reported.push(series),
    })
    const said = outcomes.map((value) =>
      task.perform([typeof value === 'object' && value !== null ? value : { status: 'value', value }]),
    )
    task.flush()
    return { task, reported, said }
  }

  it('that looks like the number of a card is not recorded, because the extremes of a distribution are values', () => {
    const { said, reported } = setUp([4111111111111111, -4111111111111111, 4111111111111111n, 4111111111111112])
    expect(said.map((each) => /looks like a secret/.test(String(each)))).toEqual([true, true, true, false])
    expect(reported.map(({ value }) => value?.count)).toEqual([1])
  })

  it('is the statistics of its numbers, bigints included', () => {
    const { reported } = setUp([1, 2, 3n])
    expect(reported.map(({ value }) => value && summarize(value))).toMatchObject([{ count: 3, sum: 6, max: 3 }])
  })

  it.each([
    ['1', 'not a number: it is of type string'],
    [undefined, 'not a number: it is of type undefined'],
    [Number.NaN, 'not a finite number: it is NaN'],
    [Number.POSITIVE_INFINITY, 'not a finite number: it is Infinity'],
    [{ status: 'failed', message: 'crt is not defined here' }, 'cannot be evaluated: crt is not defined here'],
    [{ status: 'omitted', reason: 'redacted' }, 'cannot be evaluated: redacted'],
  ])('of %s says why it is none, and counts nothing', (value, why) => {
    const { said, reported } = setUp([value])
    expect(said).toEqual([`the metric ${why.startsWith('not') ? 'is ' : ''}${why}`])
    expect(reported).toEqual([])
  })

  it('says now and then that there was nothing', () => {
    const { task, reported } = setUp([1])
    for (let flushes = 0; flushes < 2 * MAX_SILENT_FLUSHES; flushes++) task.flush()
    expect(reported.slice(1)).toEqual([{}, {}])
  })

  it('says early what there is, and never that there was nothing', () => {
    const { task, reported } = setUp([1])
    for (let flushes = 0; flushes < 2 * MAX_SILENT_FLUSHES; flushes++) task.flush(true)
    expect(reported).toMatchObject([{ value: { count: 1 } }])
  })
})

describe('tic and toc', () => {
  const contexts: Disposable[] = []
  afterEach(() => {
    for (const context of contexts.splice(0)) context[Symbol.dispose]()
  })

  function setUp() {
    let now = 0
    const reported: Reported[] = []
    const context = createContextCell<OpenTime>()
    contexts.push(context)
    const times = createOpenTimes(context, () => now)
    const { tic, toc } = createTicTocTask({ times, report: (series) => reported.push(series) })
    return {
      tic: () => tic.perform([]),
      toc: () => toc.perform([]),
      pass: (ms: number) => {
        now += ms
      },
      measured() {
        toc.flush()
        const [series] = reported.splice(0)
        return series?.elapsed && { count: series.elapsed.count, min: series.elapsed.min, max: series.elapsed.max }
      },
    }
  }

  it('measure what passes between them', () => {
    const { tic, toc, pass, measured } = setUp()
    for (const ms of [5, 7]) {
      tic()
      pass(ms)
      toc()
      pass(100)
    }
    expect(measured()).toEqual({ count: 2, min: 5, max: 7 })
  })

  it('pair across await, however many run at once and in whatever order they end', async () => {
    const { tic, toc, pass, measured } = setUp()
    const ends = new Map<number, () => void>()
    async function request(id: number) {
      tic()
      await new Promise<void>((resolve) => ends.set(id, resolve))
      toc()
    }
    const all = [1, 2, 3].map((id) => {
      const done = request(id)
      pass(10)
      return done
    })
    for (const id of [2, 1, 3]) {
      ends.get(id)?.()
      await turn()
    }
    await Promise.all(all)
    expect(measured()).toEqual({ count: 3, min: 10, max: 30 })
  })

  it('pair a recursive call with its own end', () => {
    const { tic, toc, pass, measured } = setUp()
    function recurse(depth: number) {
      tic()
      pass(1)
      if (depth > 1) recurse(depth - 1)
      toc()
    }
    recurse(4)
    expect(measured()).toEqual({ count: 4, min: 1, max: 4 })
  })

  it('count nothing for a beginning without an end, nor for an end without a beginning', () => {
    const { tic, toc, pass, measured } = setUp()
    toc()
    tic()
    pass(50)
    tic()
    pass(1)
    toc()
    expect(measured()).toEqual({ count: 1, min: 1, max: 1 })
  })

  it('hold a bounded number of beginnings whose ends never come', async () => {
    const { tic, measured } = setUp()
    for (let i = 0; i < MAX_OPEN_LINKS * 10; i++) tic()
    expect(measured()).toBeUndefined()
    // A long-lived loop that awaits what it times must not grow a chain either.
    const { tic: begin, toc: end, measured: all } = setUp()
    const timed = async () => {
      begin()
      await turn()
      end()
    }
    for (let i = 0; i < MAX_OPEN_LINKS * 3; i++) await timed()
    expect(all()?.count).toBe(MAX_OPEN_LINKS * 3)
  })
})

describe('a duration', () => {
  function setUp({
    hasLeave = false,
    silentEnding = 'thrown' as 'returned' | 'thrown',
    context = createPlainCell() as ContextCell<OpenTime>,
  } = {}) {
    let now = 0
    const reported: Reported[] = []
    const times = createOpenTimes(context, () => now)
    const unseen: number[] = []
    const tasks = createDurationTask({
      times,
      hasLeave,
      silentEnding,
      report: (series) => reported.push(series),
      onUnseen: (calls) => unseen.push(calls),
    })
    const said: unknown[] = []
    const at = (place: keyof typeof tasks, ms = 0) => {
      now += ms
      said.push(tasks[place].perform([]))
    }
    return {
      at,
      said,
      unseen,
      measured() {
        tasks.entry.flush()
        const [{ returned, thrown } = {}] = reported.splice(0)
        return { returned: returned && [returned.count, returned.sum], thrown: thrown && [thrown.count, thrown.sum] }
      },
    }
  }

  it('is measured from entry to return or throw, and counted at the end only', () => {
    const { at, said, measured } = setUp()
    at('entry')
    at('return', 5)
    at('entry', 100)
    at('throw', 7)
    expect(said).toEqual([false, undefined, false, undefined])
    expect(measured()).toEqual({ returned: [1, 5], thrown: [1, 7] })
  })

  it('of a function that always says when it leaves ends there, in the way of its last exit', () => {
    const { at, measured } = setUp({ hasLeave: true })
    at('entry')
    at('throw', 5)
    at('return', 1)
    at('leave', 1)
    at('entry')
    at('leave', 3)
    expect(measured()).toEqual({ returned: [1, 7], thrown: [1, 3] })
  })

  it('of a generator that is closed is one that returned', () => {
    const { at, measured } = setUp({ hasLeave: true, silentEnding: 'returned' })
    at('entry')
    at('leave', 3)
    expect(measured()).toEqual({ returned: [1, 3], thrown: undefined })
  })

  it('of a call that ends where no probe is, is none; the call is counted, once', () => {
    const { at, measured, unseen } = setUp()
    at('entry')
    at('entry', 1)
    at('return', 2)
    expect(measured()).toEqual({ returned: [1, 2], thrown: undefined })
    at('entry', 1_000)
    at('return', 3)
    expect([measured(), unseen]).toEqual([{ returned: [1, 3], thrown: undefined }, [1]])
  })

  it('of recursive calls is that of each', () => {
    const { at, measured } = setUp()
    at('entry')
    at('entry', 1)
    at('return', 1)
    at('return', 1)
    expect(measured()).toEqual({ returned: [2, 1 + 3], thrown: undefined })
  })

  it('of a call that began before we looked is not measured', () => {
    const { at, said, measured } = setUp()
    at('return')
    at('leave')
    expect(said).toEqual([false, false])
    expect(measured()).toEqual({ returned: undefined, thrown: undefined })
  })
})
