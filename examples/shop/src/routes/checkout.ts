import type { FastifyInstance } from 'fastify'
import type { Checkout } from '../checkout.ts'

const body = { type: 'object', properties: { coupon: { type: 'string', maxLength: 40 } } } as const

export function checkoutRoutes(app: FastifyInstance, { checkout }: { checkout: Checkout }): void {
  app.post<{ Params: { id: string }; Body: { coupon?: string } }>(
    '/carts/:id/checkout',
    { schema: { body } },
    async (request, reply) => {
      const { id, subtotal, discount, total } = await checkout.place(request.params.id, request.body.coupon)
      return reply.code(201).send({ order: id, subtotal, discount, total })
    },
  )
}
