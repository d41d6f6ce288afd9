import type { Quote } from './pricing.ts'

export interface Order extends Quote {
  id: number
  customerId: string
  payment: string
}

/** What management allows: no order goes out below 80 % of its price. */
export const DISCOUNT_LIMIT_PERCENT = 20

export interface DiscountReport {
  orders: number
  limitPercent: number
  /** Orders that got more than the limit, and what that cost the shop. */
  overLimit: number
  lostCents: number
  deepestPercent: number
}

export class Orders {
  #count = 0
  #overLimit = 0
  #lostCents = 0
  #deepestPercent = 0

  record(order: Omit<Order, 'id'>): Order {
    this.#count += 1
    const percent = (order.discount / order.subtotal) * 100
    this.#deepestPercent = Math.max(this.#deepestPercent, percent)
    if (percent > DISCOUNT_LIMIT_PERCENT) {
      this.#overLimit += 1
      this.#lostCents += Math.round(order.discount - (order.subtotal * DISCOUNT_LIMIT_PERCENT) / 100)
    }
    return { id: this.#count, ...order }
  }

  discountReport(): DiscountReport {
    return {
      orders: this.#count,
      limitPercent: DISCOUNT_LIMIT_PERCENT,
      overLimit: this.#overLimit,
      lostCents: this.#lostCents,
      deepestPercent: Math.round(this.#deepestPercent * 10) / 10,
    }
  }
}
