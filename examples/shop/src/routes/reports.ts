import type { FastifyInstance } from 'fastify'
import type { Orders } from '../orders.ts'

export function reportRoutes(app: FastifyInstance, { orders }: { orders: Orders }): void {
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/reports/discounts', async () => orders.discountReport())
}
