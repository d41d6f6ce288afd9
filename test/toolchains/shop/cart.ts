export interface Item {
  name: string
  price: number
  quantity: number
}

/** What somebody is about to buy. */
export class Cart {
  readonly items: Item[] = []
  readonly owner: string

  constructor(owner: string) {
    this.owner = owner
  }

  add(name: string, price: number, quantity = 1): this {
    this.items.push({ name, price, quantity })
    return this
  }
}

export function priceOf(item: Item, discount: number): number {
  const gross = item.price * item.quantity
  const reduction = gross > 100 ? Math.round(gross * discount) : 0
  if (reduction > gross) throw new Error(`more than all off: ${reduction} of ${gross}`)
  return gross - reduction
}

export function totalOf(cart: Cart, discount: number): number {
  let total = 0
  for (const item of cart.items) {
    const net = priceOf(item, discount)
    if (net < 0) throw new Error(`a negative price: ${net}`)
    total += net
  }
  return total
}
