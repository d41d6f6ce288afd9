import { describe, expect, it } from 'vitest'
import { createBudget } from './budget.ts'
import { createPassBudget, PASS_BURST_MS } from './pass-budget.ts'

function setUp(share = 0.01) {
  let now = 0
  const nowMs = () => now
  const budget = createBudget({ share, nowMs })
  const passes = createPassBudget({ budget, share, nowMs, passMs: 0.15 })
  const admitted = (tries: number) => Array.from({ length: tries }, () => passes.admit()).filter(Boolean).length
  return { budget, passes, admitted, wait: (ms: number) => (now += ms) }
}

describe('the budget of passes', () => {
  it('ends a burst after a tenth of what actions may use at once', () => {
    const { admitted } = setUp()
    expect(admitted(1_000)).toBe(Math.ceil((0.01 * PASS_BURST_MS) / 0.15))
  })

  it('comes back with time, at the share', () => {
    const { admitted, wait } = setUp()
    admitted(1_000)
    wait(60_000)
    expect(admitted(1_000)).toBe(67)
    wait(150)
    expect(admitted(1_000)).toBe(10)
  })

  it('books passes with all the other work, and admits none when that has used everything up', () => {
    const { admitted, budget } = setUp()
    budget.charge(99)
    expect(admitted(1_000)).toBe(7)
    expect(budget.admit()).toBe(false)
    expect(budget.debtMs()).toBeGreaterThan(0)
  })
})
