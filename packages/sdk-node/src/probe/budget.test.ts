import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BURST_MS, createBudget } from './budget.ts'

describe('budget', () => {
  it('allows a burst, then waits the debt off', () => {
    let now = 0
    const budget = createBudget({ share: 0.01, nowMs: () => now })
    expect(budget.admit()).toBe(true)
    budget.charge(150)
    expect([budget.admit(), budget.debtMs()]).toEqual([false, 5_000])
    now = 5_000
    expect(budget.admit()).toBe(false)
    now = 5_001
    expect(budget.admit()).toBe(true)
  })

  it('never spends more than the share, the burst and one last piece of work', () => {
    const steps = fc.array(
      fc.record({
        wait: fc.double({ min: 0, max: 500, noNaN: true }),
        work: fc.double({ min: 0, max: 50, noNaN: true }),
      }),
    )
    fc.assert(
      fc.property(steps, fc.double({ min: 0.001, max: 1, noNaN: true }), (all, share) => {
        let now = 0
        let spent = 0
        let largest = 0
        const budget = createBudget({ share, nowMs: () => now })
        for (const { wait, work } of all) {
          now += wait
          if (!budget.admit()) continue
          budget.charge(work)
          spent += work
          largest = Math.max(largest, work)
        }
        expect(spent).toBeLessThanOrEqual(share * BURST_MS + share * now + largest + 1e-6)
      }),
    )
  })
})
