import type { HitReport } from '@lightrun/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createHitOrder, MAX_WAITING_HITS } from './hit-order.ts'

const hit = (atMs: number): HitReport => ({
  kind: 'hit',
  ...{ actionId: 'a', revision: 1, atMs },
  data: { type: 'log', level: 'info', text: '' },
})
function setUp() {
  const offered: number[] = []
  const lost: number[] = []
  const order = createHitOrder(
    ({ atMs }: HitReport) => {
      if (atMs < 0) throw new Error('a fault of ours')
      offered.push(atMs)
    },
    ({ atMs }) => lost.push(atMs),
  )
  return { offered, lost, ...order }
}

it('a hit that is whole waits for those before it that are not, and for no other', () => {
  const { offered, offer, reserve } = setUp()
  offer(hit(1))
  const second = reserve()
  const third = reserve()
  offer(hit(4))
  third(hit(3))
  expect(offered).toEqual([1])
  second(hit(2))
  expect(offered).toEqual([1, 2, 3, 4])
})

it('a fault costs the hit that met it, and not those that wait behind', async () => {
  const { offered, lost, offer, reserve, settled } = setUp()
  const first = reserve()
  offer(hit(-2))
  offer(hit(3))
  first(hit(-1))
  await settled()
  expect([offered, lost]).toEqual([[3], [-1, -2]])
})

it('one that is lost holds up nobody, and one that comes twice is offered once', () => {
  const { offered, offer, reserve } = setUp()
  const lost = reserve()
  const second = reserve()
  offer(hit(3))
  lost(undefined)
  second(hit(2))
  second(hit(2))
  expect(offered).toEqual([2, 3])
})

it('whatever is ready when, hits are offered in their order, each once', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50))), (delays) => {
      const { offered, offer, reserve } = setUp()
      const open: { readyAt: number; finish: () => void }[] = []
      delays.forEach((delay, index) => {
        if (delay === null) {
          offer(hit(index))
          return
        }
        const finish = reserve()
        open.push({ readyAt: index + delay, finish: () => finish(hit(index)) })
        for (const each of open.filter(({ readyAt }) => readyAt === index)) each.finish()
      })
      for (const { finish } of open) finish()
      expect(offered).toEqual(delays.map((_, index) => index))
    }),
  )
})

it('waits for one of which nothing is heard only while so many wait', () => {
  const { offered, offer, reserve } = setUp()
  const slow = reserve()
  for (let n = 1; n < MAX_WAITING_HITS; n++) offer(hit(n))
  expect(offered).toEqual([])
  offer(hit(MAX_WAITING_HITS))
  expect(offered).toHaveLength(MAX_WAITING_HITS)
  slow(hit(0))
  expect(offered.at(-1)).toBe(0)
})

it('is settled once everything so far was offered', async () => {
  const { offered, offer, reserve, settled } = setUp()
  await settled()
  const first = reserve()
  offer(hit(2))
  let isSettled = false
  const waiting = settled().then(() => {
    isSettled = true
  })
  await Promise.resolve()
  expect(isSettled).toBe(false)
  first(hit(1))
  await waiting
  expect(offered).toEqual([1, 2])
})
