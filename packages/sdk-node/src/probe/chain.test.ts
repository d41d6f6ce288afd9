import { expect, it } from 'vitest'
import { createChain, type Link, MAX_OPEN_LINKS } from './chain.ts'
import { createPlainCell } from './context-cell.ts'

interface Work extends Link<Work> {
  name: string
  isOver: boolean
}

function setUp(max?: number) {
  const cell = createPlainCell<Work>()
  const chain = createChain<Work>(cell, ({ isOver }) => isOver, max)
  const begin = (name: string): Work => {
    const link: Work = { name, isOver: false, before: undefined, depth: 0 }
    chain.push(link)
    return link
  }
  const held = () => {
    let count = 0
    for (let link = cell.get(); link !== undefined; link = link.before) count++
    return count
  }
  return { ...chain, begin, held }
}

it('the latest is the one that began last and is not over', () => {
  const { latest, begin } = setUp()
  expect(latest()).toBeUndefined()
  begin('outer')
  const inner = begin('inner')
  expect(latest()?.name).toBe('inner')
  inner.isOver = true
  expect(latest()?.name).toBe('outer')
})

it('what is over is let go with the next one', () => {
  const { begin, held } = setUp()
  for (let n = 0; n < 10; n++) begin('done').isOver = true
  begin('next')
  expect(held()).toBe(1)
})

it('as many as the bound are known at once, and with one more the oldest are forgotten', () => {
  const { latest, begin, held } = setUp(3)
  const links = ['a', 'b', 'c'].map(begin)
  expect(held()).toBe(3)
  begin('d').isOver = true
  expect([links[2]?.isOver, held(), latest()]).toEqual([false, 1, undefined])
})

it('is bounded where ends never come', () => {
  const { begin, held } = setUp()
  for (let n = 0; n < 10 * MAX_OPEN_LINKS; n++) begin('endless')
  expect(held()).toBeLessThanOrEqual(MAX_OPEN_LINKS)
})
