import { randomUUID } from 'node:crypto'
import type { Product } from './catalogue.ts'
import { sum } from './money.ts'
import { ShopError } from './shop-error.ts'

export interface CartLine {
  product: Product
  quantity: number
}

export class Cart {
  readonly id = randomUUID()
  readonly customerId: string
  readonly #lines = new Map<string, CartLine>()
  #open = true

  constructor(customerId: string) {
    this.customerId = customerId
  }

  get lines(): CartLine[] {
    return [...this.#lines.values()]
  }

  get subtotalCents(): number {
    return sum(this.lines.map((line) => line.product.priceCents * line.quantity))
  }

  add(product: Product, quantity: number): void {
    if (!this.#open) throw new ShopError(409, 'this cart was checked out')
    const line = this.#lines.get(product.sku)
    if (line === undefined) this.#lines.set(product.sku, { product, quantity })
    else line.quantity += quantity
  }

  /** A cart is checked out once: of two requests at the same time, the second is refused. */
  close(): void {
    if (!this.#open) throw new ShopError(409, 'this cart was checked out')
    if (this.#lines.size === 0) throw new ShopError(422, 'this cart is empty')
    this.#open = false
  }

  reopen(): void {
    this.#open = true
  }
}

/** Carts that were left behind are forgotten, the oldest first, so that a busy day does not fill the memory. */
const MAX_CARTS = 5_000

export class Carts {
  readonly #byId = new Map<string, Cart>()

  open(customerId: string): Cart {
    const cart = new Cart(customerId)
    this.#byId.set(cart.id, cart)
    if (this.#byId.size > MAX_CARTS) {
      const [oldest] = this.#byId.keys()
      if (oldest !== undefined) this.#byId.delete(oldest)
    }
    return cart
  }

  get(id: string): Cart {
    const cart = this.#byId.get(id)
    if (cart === undefined) throw new ShopError(404, `there is no cart ${id}`)
    return cart
  }

  remove(id: string): void {
    this.#byId.delete(id)
  }
}
