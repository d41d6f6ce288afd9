import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairBucket } from './fair-bucket.ts'

/** 1 % of a core, in milliseconds: a burst of 100 ms. */
const setUp = () => createFairBucket({ rate: 0.01, burstMs: 10_000, now: 0 })

describe('a bucket that accounts share', () => {
  it('is all of the only one: a burst, then a debt that is waited off', () => {
    const account = setUp().open()
    expect(account.admit(0)).toBe(true)
    account.charge(150)
    expect([account.admit(0), account.debtMs()]).toEqual([false, 5_000])
    expect([account.admit(5_000), account.admit(5_001)]).toEqual([false, true])
  })

  it('keeps the part of a modest one from a greedy one', () => {
    const bucket = setUp()
    const greedy = bucket.open()
    const modest = bucket.open()
    for (let now = 0; now < 60_000; now += 10) {
      while (greedy.admit(now)) greedy.charge(1)
      if (now % 1_000 !== 0) continue
      expect(modest.admit(now)).toBe(true)
      modest.charge(2)
    }
  })

  it('gives who needs it what the others do not', () => {
    const bucket = setUp()
    const greedy = bucket.open()
    for (let i = 0; i < 9; i++) bucket.open()
    let spent = 0
    for (let now = 0; now < 100_000; now += 10) {
      for (; greedy.admit(now); spent += 0.1) greedy.charge(0.1)
    }
    // All that there is in 100 s, but for what the others keep of the burst.
    expect(spent).toBeGreaterThan(1_000)
    expect(spent).toBeLessThan(1_100)
  })

  it('leaves debts to nobody by closing, and makes nothing of opening', () => {
    const bucket = setUp()
    let spent = 0
    for (let now = 0; now < 10_000; now += 10) {
      const account = bucket.open()
      while (account.admit(now)) {
        account.charge(5)
        spent += 5
      }
      account[Symbol.dispose]()
    }
    expect(spent).toBeLessThanOrEqual(100 + 100 + 5)
  })

  it('starves nobody who is there for a debt that another has left', () => {
    const bucket = setUp()
    const stays = bucket.open()
    const gone = bucket.open()
    stays.charge(100)
    gone.charge(10_000)
    gone[Symbol.dispose]()
    expect([stays.admit(0), stays.admit(10_000)]).toEqual([false, true])
  })

  it('takes what all have caused from those who caused it', () => {
    const bucket = setUp()
    const [loud, quiet] = [bucket.open(), bucket.open()]
    loud.charge(99)
    quiet.charge(1)
    bucket.chargeAll(100)
    expect(loud.debtMs()).toBeGreaterThan(0)
    expect(quiet.debtMs()).toBe(0)
  })

  it('changes its rate at once, in both directions', () => {
    const bucket = setUp()
    const account = bucket.open()
    account.charge(200)
    bucket.setRate(1)
    expect(account.debtMs()).toBe(100)
    expect(account.admit(101)).toBe(true)
    account.admit(100_000)
    bucket.setRate(0.001)
    let spent = 0
    for (; account.admit(100_000); spent++) account.charge(1)
    expect(spent).toBe(10)
  })
})

describe('laws of a bucket that is shared', () => {
  const steps = fc.array(
    fc.record({
      wait: fc.double({ min: 0, max: 500, noNaN: true }),
      who: fc.nat({ max: 4 }),
      work: fc.double({ min: 0, max: 50, noNaN: true }),
      all: fc.double({ min: 0, max: 5, noNaN: true }),
      leaves: fc.boolean(),
    }),
    { maxLength: 300 },
  )
  const rate = fc.double({ min: 0.001, max: 1, noNaN: true })

  it('all together never spend more than the rate, the burst and one last piece of work each', () => {
    fc.assert(
      fc.property(steps, rate, (all, rate) => {
        const burstMs = 10_000
        const bucket = createFairBucket({ rate, burstMs, now: 0 })
        const accounts = Array.from({ length: 5 }, () => bucket.open())
        let now = 0
        let spent = 0
        let largest = 0
        for (const { wait, who, work, leaves } of all) {
          now += wait
          if (leaves) {
            accounts[who]?.[Symbol.dispose]()
            accounts[who] = bucket.open()
          }
          const account = accounts[who]!
          if (!account.admit(now)) continue
          account.charge(work)
          spent += work
          largest = Math.max(largest, work)
        }
        expect(spent).toBeLessThanOrEqual(rate * burstMs + rate * now + 5 * largest + 1e-6)
      }),
    )
  })

  it('who stays below an even part is always admitted, whatever the others do', () => {
    fc.assert(
      fc.property(steps, rate, (all, rate) => {
        const bucket = createFairBucket({ rate, burstMs: 10_000, now: 0 })
        const modest = bucket.open()
        const others = Array.from({ length: 4 }, () => bucket.open())
        let now = 0
        for (const { wait, who, work } of all) {
          now += wait
          const other = others[who % 4]!
          if (other.admit(now)) other.charge(work)
          if (wait < 1) continue
          expect(modest.admit(now)).toBe(true)
          modest.charge((rate * wait) / 6)
        }
      }),
    )
  })
})
