export interface Line {
  sku: string
  quantity: number
  /** Cents. */
  price: number
  listPrice: number
}

export interface Order {
  id: string
  currency: string
  /** Cents. */
  total: number
  lines: Line[]
  customer: { id: string; country: string; email: string; tags: string[] }
  shipping?: { country: string }
  payment: { cardNumber: string }
}

/** A plain order, and what the case at hand has in the place of it. */
export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    id: 'o-1',
    currency: 'EUR',
    total: 5_980,
    lines: [{ sku: 'mug', quantity: 4, price: 1_495, listPrice: 1_495 }],
    customer: { id: 'c-7', country: 'LV', email: 'ada@work.lv', tags: ['regular'] },
    shipping: { country: 'LV' },
    payment: { cardNumber: '4111 1111 1111 1111' },
    ...changes,
  }
}

export const giftCards = (quantity: number): Line[] => [
  { sku: 'gift-100', quantity, price: 10_000, listPrice: 10_000 },
  { sku: 'mug', quantity: 1, price: 1_495, listPrice: 1_495 },
]
