import type { Carts } from './cart.ts'
import type { Customers } from './customers.ts'
import type { Inventory } from './inventory.ts'
import type { Order, Orders } from './orders.ts'
import type { Payments } from './payments.ts'
import type { Pricing } from './pricing.ts'

export interface CheckoutOptions {
  carts: Carts
  customers: Customers
  inventory: Inventory
  orders: Orders
  payments: Payments
  pricing: Pricing
}

/** Turns a cart into an order: reserve, price, charge, ship. */
export class Checkout {
  readonly #stages: CheckoutOptions

  constructor(stages: CheckoutOptions) {
    this.#stages = stages
  }

  async place(cartId: string, couponCode?: string): Promise<Order> {
    const { carts, customers, inventory, orders, payments, pricing } = this.#stages
    const cart = carts.get(cartId)
    cart.close()
    try {
      const customer = await customers.find(cart.customerId)
      await inventory.reserve(cart.lines)
      try {
        const quote = await pricing.quote(cart, customer, couponCode)
        const payment = await payments.charge(customer, quote.total)
        await inventory.ship(cart.lines)
        carts.remove(cart.id)
        return orders.record({ ...quote, customerId: customer.id, payment: payment.reference })
      } catch (error) {
        await inventory.release(cart.lines)
        throw error
      }
    } catch (error) {
      cart.reopen()
      throw error
    }
  }
}
