import Fastify, { type FastifyInstance } from 'fastify'
import { Carts } from './cart.ts'
import { Catalogue } from './catalogue.ts'
import { Checkout } from './checkout.ts'
import { CouponBook } from './coupons.ts'
import { Customers } from './customers.ts'
import { Inventory } from './inventory.ts'
import { Orders } from './orders.ts'
import { Payments } from './payments.ts'
import { Pricing } from './pricing.ts'
import { cartRoutes } from './routes/carts.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { checkoutRoutes } from './routes/checkout.ts'
import { reportRoutes } from './routes/reports.ts'

export function createApp(): FastifyInstance {
  const catalogue = new Catalogue()
  const customers = new Customers()
  const carts = new Carts()
  const orders = new Orders()
  const checkout = new Checkout({
    carts,
    customers,
    orders,
    inventory: new Inventory(catalogue),
    payments: new Payments(),
    pricing: new Pricing(new CouponBook()),
  })

  const app = Fastify()
  catalogueRoutes(app, { catalogue })
  cartRoutes(app, { carts, catalogue, customers })
  checkoutRoutes(app, { checkout })
  reportRoutes(app, { orders })
  return app
}
