import type { Cart } from './cart.ts'
import { type CouponBook, isExclusive } from './coupons.ts'
import type { Customer, Tier } from './customers.ts'
import { percentOf, sum } from './money.ts'

export interface Discount {
  reason: string
  cents: number
}

export interface Quote {
  subtotal: number
  discounts: Discount[]
  discount: number
  total: number
}

const LOYALTY_PERCENT: Readonly<Record<Tier, number>> = { regular: 0, silver: 5, gold: 10 }

export class Pricing {
  readonly #coupons: CouponBook

  constructor(coupons: CouponBook) {
    this.#coupons = coupons
  }

  /** What the customer pays for the cart, all amounts in cents. An unknown coupon is worth nothing. */
  async quote(cart: Cart, customer: Customer, couponCode = ''): Promise<Quote> {
    const subtotal = cart.subtotalCents
    const discounts: Discount[] = []

    const coupon = await this.#coupons.find(couponCode)
    if (coupon !== undefined) {
      discounts.push({ reason: `coupon ${coupon.code}`, cents: percentOf(subtotal, coupon.percent) })
    }

    const loyalty = LOYALTY_PERCENT[customer.tier]
    if (loyalty > 0 && !isExclusive(couponCode)) {
      discounts.push({ reason: `${customer.tier} customer`, cents: percentOf(subtotal, loyalty) })
    }

    const discount = sum(discounts.map((entry) => entry.cents))
    const total = subtotal - discount
    return { subtotal, discounts, discount, total }
  }
}
