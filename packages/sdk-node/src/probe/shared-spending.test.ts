import { describe, expect, it } from 'vitest'
import { createBudget } from './budget.ts'
import { quotaUnder } from './quota.ts'
import { ACTIVE_MS, createSharedSpending, SPENDING_BYTES, SPENDING_SLOTS } from './shared-spending.ts'

/** So many threads, each with a budget of the one process, all of which spend what they can of every 10 ms. */
function run({ wants, forMs }: { wants: readonly number[]; forMs: number }) {
  const memory = new SharedArrayBuffer(SPENDING_BYTES)
  let now = 0
  const threads = wants.map((want) => ({
    want,
    spent: 0,
    account: createBudget({ quota: quotaUnder({}), nowMs: () => now, shared: createSharedSpending(memory) }).open({
      id: 'a',
      revision: 1,
      task: { type: 'counter', name: 'n' },
    }),
  }))
  for (; now < forMs; now += 10) {
    for (const thread of threads) {
      for (let spent = 0; spent < thread.want && thread.account.admit(); spent += 0.1) {
        thread.account.charge(0.1)
        thread.spent += 0.1
      }
    }
  }
  return threads.map(({ spent }) => spent)
}
const total = (spent: readonly number[]) => spent.reduce((sum, ms) => sum + ms, 0)

describe('what threads spend', () => {
  it('is known to the others, once, and not to the one that spent it', () => {
    const memory = new SharedArrayBuffer(SPENDING_BYTES)
    const [one, two] = [createSharedSpending(memory), createSharedSpending(memory)]
    for (let i = 0; i < 10; i++) one.add(0.0005)
    one.add(2)
    two.add(0.5)
    expect([one.look(0).ms, two.look(0).ms, two.look(0).ms]).toEqual([0.5, 2.005, 0])
    expect([two.look(ACTIVE_MS - 1).active, two.look(ACTIVE_MS).active]).toEqual([1, 0])
  })

  it('goes on where a sum wraps around, and where there are more threads than slots', () => {
    const memory = new SharedArrayBuffer(SPENDING_BYTES)
    new Int32Array(memory).fill(2 ** 31 - 10, 0, SPENDING_SLOTS)
    const all = Array.from({ length: SPENDING_SLOTS + 3 }, () => createSharedSpending(memory))
    all[5]?.add(1)
    expect([all[5]?.look(0).ms, all[6]?.look(0).ms, all.at(-1)?.look(0).ms]).toEqual([0, 1, 1])
  })

  it('is of one budget: greedy threads share it evenly, and take what one may alone', () => {
    const spent = run({ wants: [1, 1, 1, 1], forMs: 600_000 })
    expect(total(spent)).toBeLessThan(6_000 * 1.02 + 4 * 100)
    expect(Math.min(...spent)).toBeGreaterThan(1_300)
  })

  it('is a thread of its own where the others do nothing', () => {
    const [busy] = run({ wants: [1, 0, 0], forMs: 600_000 })
    expect(busy).toBeGreaterThan(6_000)
  })

  it('leaves a modest thread what it needs beside a greedy one', () => {
    // A fifth of the budget.
    const [greedy, modest] = run({ wants: [1, 0.02], forMs: 600_000 })
    expect(modest).toBeGreaterThan(1_190)
    expect(total([greedy!, modest!])).toBeLessThan(6_000 * 1.02 + 200)
  })
})
