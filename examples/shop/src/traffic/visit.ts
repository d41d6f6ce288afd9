import { CUSTOMER_COUNT } from '../customers.ts'
import { createRandom, pick } from './random.ts'

/** One customer's way through the shop, decided before it begins. */
export interface Visit {
  customerId: string
  browses: boolean
  lines: { sku: string; quantity: number }[]
  coupon: string | undefined
}

const SKUS = ['mug', 'teapot', 'kettle', 'grinder', 'filters', 'scale', 'beans', 'sencha', 'whisk', 'tray'] as const
/** What people type who have a coupon. Telephones like lower case. */
const COUPONS = [
  'WELCOME5',
  'WELCOME5',
  'welcome5',
  'SUMMER20',
  'SUMMER20',
  'SUMMER20',
  'summer20',
  'Summer20',
  'FRIENDS15',
  'friends15',
  'EXPIRED50',
] as const

/** Visit `number` of a seed is always the same, whatever ran before it. */
export function planVisit(seed: number, number: number): Visit {
  const random = createRandom(Math.imul(seed, 1_000_003) + number)
  return {
    customerId: `c-${1 + Math.floor(random() * CUSTOMER_COUNT)}`,
    browses: random() < 0.5,
    lines: Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
      sku: pick(random, SKUS),
      quantity: 1 + Math.floor(random() * 3),
    })),
    coupon: random() < 0.5 ? pick(random, COUPONS) : undefined,
  }
}
