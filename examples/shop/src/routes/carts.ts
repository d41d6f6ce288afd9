import type { FastifyInstance } from 'fastify'
import type { Carts } from '../cart.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Customers } from '../customers.ts'

interface CartRoutesOptions {
  carts: Carts
  catalogue: Catalogue
  customers: Customers
}

const newCart = {
  type: 'object',
  required: ['customerId'],
  properties: { customerId: { type: 'string' } },
} as const
const newLine = {
  type: 'object',
  required: ['sku', 'quantity'],
  properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 1, maximum: 20 } },
} as const

export function cartRoutes(app: FastifyInstance, { carts, catalogue, customers }: CartRoutesOptions): void {
  app.post<{ Body: { customerId: string } }>('/carts', { schema: { body: newCart } }, async (request, reply) => {
    const customer = await customers.find(request.body.customerId)
    const cart = carts.open(customer.id)
    return reply.code(201).send({ id: cart.id })
  })

  app.get<{ Params: { id: string } }>('/carts/:id', async (request) => {
    const cart = carts.get(request.params.id)
    return { id: cart.id, lines: cart.lines, subtotal: cart.subtotalCents }
  })

  app.post<{ Params: { id: string }; Body: { sku: string; quantity: number } }>(
    '/carts/:id/lines',
    { schema: { body: newLine } },
    async (request) => {
      const cart = carts.get(request.params.id)
      cart.add(catalogue.get(request.body.sku), request.body.quantity)
      return { id: cart.id, subtotal: cart.subtotalCents }
    },
  )
}
