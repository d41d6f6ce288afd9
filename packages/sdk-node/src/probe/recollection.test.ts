import { describe, expect, it } from 'vitest'
import { MAX_OPEN_LINKS } from './chain.ts'
import { createPlainCell } from './context-cell.ts'
import { createRecollection, type Memory } from './recollection.ts'

const exit = {}
const other = {}
const setUp = () => {
  const cell = createPlainCell<Memory>()
  return { cell, ...createRecollection(cell) }
}

describe('what was remembered', () => {
  it('is recalled once, by what it was remembered for', () => {
    const { remember, recall } = setUp()
    remember(exit, [1])
    expect([recall(other), recall(exit), recall(exit)]).toEqual([undefined, [1], undefined])
  })

  it('of recursive calls is recalled from the innermost outwards', () => {
    const { remember, recall } = setUp()
    for (const n of [3, 2, 1]) remember(exit, [n])
    expect([recall(exit), recall(exit), recall(exit)]).toEqual([[1], [2], [3]])
  })

  it('by a statement that threw is passed over by the call around it', () => {
    const { remember, recall } = setUp()
    remember(exit, ['outer'])
    remember(other, ['inner, which threw'])
    expect([recall(exit), recall(other)]).toEqual([['outer'], undefined])
  })

  it('does not hold on to values that were recalled', () => {
    const { cell, remember, recall } = setUp()
    remember(exit, ['outer'])
    remember(exit, ['inner'])
    recall(exit)
    recall(exit)
    expect(cell.get()?.args).toBeUndefined()
    remember(exit, ['next'])
    expect(cell.get()?.before).toBeUndefined()
  })

  it('of hundreds of calls on their way out at once is recalled for each', () => {
    const { remember, recall } = setUp()
    for (let n = 1; n <= MAX_OPEN_LINKS; n++) remember(exit, [n])
    for (let n = MAX_OPEN_LINKS; n >= 1; n--) expect(recall(exit)).toEqual([n])
  })
})
