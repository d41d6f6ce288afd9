import type { Action, ActionStatus, Report } from '@lightrun/core'
import { LightrunError } from '@lightrun/core'
import { createManualTimers } from '@lightrun/core/testing'
import type { Site } from '@lightrun/instrument'
import { expect, it } from 'vitest'
import type { SiteHit } from '../engine/cells.ts'
import type { Engine, Place } from '../engine/engine.ts'
import type { Script } from '../load/scripts.ts'
import { createBudget } from '../probe/budget.ts'
import { quotaUnder } from '../probe/quota.ts'
import { settledAtOnce } from '../probe/task.ts'
import { createActiveAction, EXTEND_AFTER_MS } from './active-action.ts'

const site = { index: 0, position: { line: 0, column: 0 }, variables: [], cell: '' } as unknown as Site
const bundle = (path: string) => ({ script: { status: 'woven', path, fingerprint: path } as Script, site, named: site })
const action: Action = {
  id: 'a1',
  revision: 1,
  position: { file: 'quote.ts', line: 18 },
  task: { type: 'counter', name: 'quotes' },
  maxHits: 3,
  expiresAtMs: 0,
}

/** An action at a source that is in one bundle when it is asked; `load` loads another that has it as well. */
async function setUp({ prepareFails = false } = {}) {
  const timers = createManualTimers()
  const places: Place[] = [bundle('/route.js')]
  const armed = new Map<string, SiteHit>()
  const statuses: ActionStatus[] = []
  let prepared = 0
  let performed = 0
  const engine: Engine = {
    name: 'weave',
    async place(some, hits) {
      const set = () => {
        for (const [index, { script }] of some.entries()) armed.set(script.path, hits[index]!)
      }
      const unset = () => {
        for (const { script } of some) armed.delete(script.path)
      }
      set()
      return { suspend: unset, resume: set, [Symbol.dispose]: unset }
    },
  }
  const active = createActiveAction(action, {
    resolver: {
      resolve: async () => ({ places: [...places], position: action.position, notes: [] }),
      resolveFunction: () => Promise.reject(new Error('not asked for')),
      originals: async () => [],
    },
    choose: () => ({ engine }),
    async prepare(_action, points) {
      if (prepareFails && prepared++ > 0) throw new LightrunError('expression_syntax', 'total is not defined here')
      const perform = () => {
        performed++
        return undefined
      }
      const task = { perform, flush() {}, settled: settledAtOnce }
      return { sites: points.map(() => ({ task, condition: undefined })), [Symbol.dispose]() {} }
    },
    budget: createBudget({ quota: quotaUnder({}), nowMs: timers.nowMs }),
    reentry: { inside: false },
    queue: {
      offer(report: Report) {
        if (report.kind === 'status') statuses.push(report.status)
        return 0
      },
      lose() {},
    },
    timers,
    now: () => 0,
    onFault() {},
  })
  await active.place()
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    active,
    statuses,
    armed,
    performed: () => performed,
    settle,
    pass: (path: string) => armed.get(path)?.([]),
    async load(path: string) {
      places.push(bundle(path))
      active.loaded()
      timers.advance(EXTEND_AFTER_MS)
      await settle()
    },
  }
}

it('a source that loads again with another bundle is probed there as well, under the same limit of hits', async () => {
  const { load, pass, armed, performed, settle, statuses } = await setUp()
  await load('/page.js')
  expect([...armed.keys()]).toEqual(['/route.js', '/page.js'])
  for (const path of ['/route.js', '/page.js', '/page.js', '/route.js']) pass(path)
  await settle()
  expect(performed()).toBe(3)
  expect(armed.size).toBe(0)
  expect(statuses.at(-1)).toMatchObject({ state: 'ended', reason: 'hit_limit' })
})

it('files that load and do not have it change nothing', async () => {
  const { active, armed, statuses, settle } = await setUp()
  const told = statuses.length
  active.loaded()
  await settle()
  expect([...armed.keys()]).toEqual(['/route.js'])
  expect(statuses.length).toBe(told)
})

it('a copy where the expression means nothing is told, and the others go on', async () => {
  const { load, pass, performed, statuses } = await setUp({ prepareFails: true })
  await load('/page.js')
  expect(statuses.at(-1)).toMatchObject({
    state: 'placed',
    notes: [{ type: 'partial', message: 'total is not defined here' }],
  })
  pass('/route.js')
  expect(performed()).toBe(1)
})

it('an action that is over stays so', async () => {
  const { active, load, armed } = await setUp()
  active.end('removed')
  await load('/page.js')
  expect(armed.size).toBe(0)
})
