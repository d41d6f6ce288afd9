import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deal, type Player } from './deal.ts'

const player = (agentId: string, used = 0, isWaiting = false): Player => ({ agentId, used, isWaiting })
const shares = (left: number, players: readonly Player[]) => [...deal(left, players).values()]

describe('what is left of a hit limit', () => {
  it('is all for one agent', () => {
    expect(shares(10, [player('a')])).toEqual([10])
  })

  it('is dealt evenly while nobody asks for more', () => {
    expect(shares(10, [player('a', 5), player('b'), player('c')])).toEqual([4, 3, 3])
  })

  it('leaves each agent one, so that a single hit is had wherever it happens', () => {
    expect(shares(1, [player('a'), player('b'), player('c')])).toEqual([1, 1, 1])
  })

  it('goes to those who ask, and those who were passed get as much again as they had', () => {
    expect(shares(90, [player('a', 10, true), player('b', 2), player('c')])).toEqual([88, 2, 1])
    expect(shares(45, [player('a', 50, true), player('b', 50), player('c', 50)])).toEqual([15, 15, 15])
  })
})

describe('laws of a deal', () => {
  const players = fc.uniqueArray(
    fc.record({ agentId: fc.uuid(), used: fc.nat({ max: 1_000 }), isWaiting: fc.boolean() }),
    { minLength: 1, maxLength: 50, selector: ({ agentId }) => agentId },
  )
  const left = fc.integer({ min: 1, max: 1_000_000 })

  it('everybody has one, and all together at most one each more than is left', () => {
    fc.assert(
      fc.property(left, players, (left, players) => {
        const dealt = shares(left, players)
        expect(Math.min(...dealt)).toBeGreaterThanOrEqual(1)
        expect(dealt.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(left + players.length)
      }),
    )
  })

  it('nothing is held back from who asks', () => {
    fc.assert(
      fc.property(left, players, (left, players) => {
        fc.pre(players.some(({ isWaiting }) => isWaiting))
        const dealt = deal(left, players)
        const all = [...dealt.values()].reduce((sum, share) => sum + share, 0)
        expect(all).toBeGreaterThanOrEqual(left)
        // Whoever asks gets no less than anybody who does not, give or take what does not divide.
        const asking = Math.min(...players.filter((each) => each.isWaiting).map((each) => dealt.get(each.agentId) ?? 0))
        const others = players.filter((each) => !each.isWaiting).map((each) => dealt.get(each.agentId) ?? 0)
        expect(asking).toBeGreaterThanOrEqual(Math.max(0, ...others) - 1)
      }),
    )
  })

  it('those who are alike get the same, give or take one', () => {
    fc.assert(
      fc.property(left, players, (left, players) => {
        const values = shares(
          left,
          players.map((each) => ({ ...each, isWaiting: false })),
        )
        expect(Math.max(...values) - Math.min(...values)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
