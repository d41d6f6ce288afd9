import { ShopError } from './shop-error.ts'

export type Tier = 'regular' | 'silver' | 'gold'

export interface Customer {
  id: string
  name: string
  email: string
  tier: Tier
  /** What the payment provider knows the customer's card by. */
  paymentToken: string
}

export const CUSTOMER_COUNT = 48

const NAMES = ['Ada', 'Bela', 'Chidi', 'Dana', 'Eero', 'Farah', 'Goran', 'Hana', 'Ines', 'Jonas', 'Kaya', 'Luca']
/** Half of the customers have earned nothing yet; one in six is gold. */
const TIERS: readonly Tier[] = ['regular', 'silver', 'regular', 'gold', 'regular', 'silver']

/** The customers of the shop. Asynchronous, as the database that stands behind it one day will be. */
export class Customers {
  readonly #byId = new Map<string, Customer>()

  constructor() {
    for (let number = 1; number <= CUSTOMER_COUNT; number++) {
      const name = NAMES[number % NAMES.length] ?? 'Ada'
      const id = `c-${number}`
      this.#byId.set(id, {
        id,
        name,
        email: `${name.toLowerCase()}.${number}@example.com`,
        tier: TIERS[number % TIERS.length] ?? 'regular',
        paymentToken: `tok_live_${(number * 7_919).toString(36).padStart(6, '0')}`,
      })
    }
  }

  async find(id: string): Promise<Customer> {
    const customer = this.#byId.get(id)
    if (customer === undefined) throw new ShopError(404, `there is no customer ${id}`)
    return customer
  }
}
