import type { FastifyInstance } from 'fastify'
import type { Catalogue } from '../catalogue.ts'

export function catalogueRoutes(app: FastifyInstance, { catalogue }: { catalogue: Catalogue }): void {
  app.get('/products', async () => ({ products: catalogue.list() }))
  app.get<{ Params: { sku: string } }>('/products/:sku', async (request) => catalogue.get(request.params.sku))
}
