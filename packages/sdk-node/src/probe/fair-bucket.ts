/**
 * A token bucket that several accounts share. Each has a part of its own, filled evenly; what one does not need overflows
 * into a common part that whoever needs more takes from. So one account alone has all of it, and a greedy one cannot
 * starve a modest one. Tokens are of any unit; a rate is in tokens a millisecond.
 */
export interface FairBucket {
  open(): FairAccount
  /** Takes effect at once; debts stay. */
  setRate(rate: number): void
  /** Books what all accounts have caused together: each pays by what it has booked since the last time. */
  chargeAll(amount: number): void
  readonly rate: number
  readonly accounts: number
}

/** One user of a bucket. Closing it leaves what it has, or owes, to the others. */
export interface FairAccount extends Disposable {
  /** Whether there is anything to spend. */
  admit(now: number): boolean
  /** Books what was spent. May overdraw; the debt is waited off. */
  charge(amount: number): void
  /** Milliseconds until a debt is waited off, as the others spend now; 0 without one. */
  debtMs(): number
}

export interface FairBucketOptions {
  rate: number
  /** The bucket holds what it gets in this time. */
  burstMs: number
  /** Of a clock that never goes back. */
  now: number
  /**
   * What others with buckets of their own have spent of the same since the last call, and how many of them lately have.
   * Default: nobody. All together take the rate then; each has an even part of it for sure.
   */
  foreign?: (now: number) => { ms: number; active: number }
}

/** Filling goes through all accounts: not more often than this. */
const STEP_MS = 1

interface Tokens {
  own: number
  /** Booked since the last time that all paid together. */
  recent: number
}

// On the hot path of every hit: admit and charge are some comparisons, but for one admit a millisecond.
export function createFairBucket({ rate: first, burstMs, now, foreign }: FairBucketOptions): FairBucket {
  /** Plain, and gone through by index: a hit calls no method that the application may have replaced. */
  let accounts: Tokens[] = []
  let rate = first
  let common = rate * burstMs
  let filledAt = now
  /** What the others have spent of what is still to come. */
  let ahead = 0

  /** Half of the bucket is the accounts', half is common. With nobody there all is common, so that the first has it. */
  const ownCap = () => (rate * burstMs) / 2 / accounts.length
  const commonCap = () => (rate * burstMs) / (accounts.length === 0 ? 1 : 2)

  /** An even part is ours in any case; of the rest, what the others have not spent. */
  function fillBeside(amount: number, others: { ms: number; active: number }): void {
    const ours = amount / (1 + others.active)
    fill(ours)
    const left = amount - ours - others.ms - ahead
    const taken = left >= 0 ? 0 : Math.min(Math.max(0, common), -left)
    common = Math.min(commonCap(), common + Math.max(0, left) - taken)
    ahead = Math.min(rate * burstMs, Math.max(0, -left - taken))
  }

  function fill(amount: number): void {
    let spare = amount
    if (common < 0) {
      // What nobody of those who are there has spent is repaid with half, so that nobody is starved by it.
      const repaid = Math.min(spare / 2, -common)
      common += repaid
      spare -= repaid
    }
    if (accounts.length > 0) {
      const cap = ownCap()
      const each = spare / accounts.length
      spare = 0
      for (let i = 0; i < accounts.length; i++) {
        const account = accounts[i] as Tokens
        account.own += each
        if (account.own <= cap) continue
        spare += account.own - cap
        account.own = cap
      }
    }
    common = Math.min(commonCap(), common + spare)
  }

  /** Nobody of ours has spent it: a bounded debt of all. */
  function owe(amount: number): void {
    common = Math.max(-rate * burstMs, common - amount)
  }

  /** A debt is paid as soon as there is anything in common. */
  function settle(account: Tokens): void {
    if (account.own >= 0 || common <= 0) return
    const paid = Math.min(common, -account.own)
    account.own += paid
    common -= paid
  }

  function spend(account: Tokens, amount: number): void {
    const fromCommon = Math.min(Math.max(0, common), Math.max(0, amount - Math.max(0, account.own)))
    common -= fromCommon
    account.own -= amount - fromCommon
  }

  return {
    open() {
      const account: Tokens = { own: 0, recent: 0 }
      accounts[accounts.length] = account
      // Opening makes no tokens: the others' parts have become smaller, and its own comes out of that.
      const cap = ownCap()
      let spare = common
      for (const each of accounts) {
        if (each.own <= cap) continue
        spare += each.own - cap
        each.own = cap
      }
      // A debt that somebody has left is the newcomer's: leaving and coming back pays nothing off.
      account.own = Math.min(cap, spare)
      common = Math.min(commonCap(), spare - account.own)
      return {
        admit(now) {
          if (now - filledAt >= STEP_MS) {
            if (foreign === undefined) fill(rate * (now - filledAt))
            else fillBeside(rate * (now - filledAt), foreign(now))
            filledAt = now
          }
          settle(account)
          return account.own > 0 || common > 0
        },
        charge(amount) {
          account.recent += amount
          spend(account, amount)
        },
        debtMs() {
          settle(account)
          if (account.own >= 0 || common > 0) return 0
          const cap = ownCap()
          let inflows = 1
          for (let i = 0; i < accounts.length; i++) if ((accounts[i] as Tokens).own >= cap) inflows++
          return (-account.own * accounts.length) / (rate * inflows)
        },
        [Symbol.dispose]() {
          if (!accounts.includes(account)) return
          accounts = accounts.filter((each) => each !== account)
          common = Math.min(commonCap(), common + account.own)
        },
      }
    },
    setRate(next) {
      rate = next
      fill(0)
    },
    chargeAll(amount) {
      let recent = 0
      for (const account of accounts) recent += account.recent
      if (recent <= 0) {
        owe(amount)
        return
      }
      for (const account of accounts) {
        spend(account, (amount * account.recent) / recent)
        account.recent = 0
      }
    },
    get rate() {
      return rate
    },
    get accounts() {
      return accounts.length
    },
  }
}
