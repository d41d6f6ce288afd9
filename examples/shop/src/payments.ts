import { setTimeout } from 'node:timers/promises'
import type { Customer } from './customers.ts'
import { ShopError } from './shop-error.ts'

/** Stands for a payment provider: takes a few milliseconds and turns some cards down. */
export class Payments {
  readonly #latencyMs: number
  /** Cards that the provider refuses. */
  readonly #blocked: ReadonlySet<string>

  constructor({ latencyMs = 3, blocked = ['c-14'] }: { latencyMs?: number; blocked?: readonly string[] } = {}) {
    this.#latencyMs = latencyMs
    this.#blocked = new Set(blocked)
  }

  async charge(customer: Customer, cents: number): Promise<{ reference: string }> {
    await setTimeout(this.#latencyMs)
    if (this.#blocked.has(customer.id)) throw new ShopError(402, 'the card was declined')
    return { reference: `pay-${customer.id}-${cents}` }
  }
}
