import fastify from 'fastify'
import { findProduct, NotFound, price, search } from './catalogue.mjs'

const app = fastify()
let served = 0

app.addHook('onRequest', async (request, reply) => {
  served += 1
  const id = request.headers['x-request-id'] ?? `r-${served}`
  reply.header('x-request-id', id)
})
app.setErrorHandler(async (error, _request, reply) => {
  const status = error instanceof NotFound ? 404 : (error.statusCode ?? 500)
  return reply.code(status).send({ error: error.message })
})

const line = {
  type: 'object',
  required: ['sku', 'quantity'],
  properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } },
}
const order = {
  type: 'object',
  required: ['customer', 'lines'],
  properties: { customer: { type: 'string' }, lines: { type: 'array', items: line } },
}
const query = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    category: { type: 'string' },
    maxCents: { type: 'integer' },
    page: { type: 'integer', minimum: 1 },
  },
}

app.get('/products', { schema: { querystring: query } }, async (request) => {
  const result = search(request.query)
  return result
})
app.get('/products/:sku', async (request) => {
  const { sku } = request.params
  return findProduct(sku)
})
app.post('/orders', { schema: { body: order } }, async (request, reply) => {
  const bill = price(request.body)
  reply.code(201)
  return bill
})

await app.listen({ port: 0, host: '127.0.0.1' })
process.send?.({ port: app.server.address().port })
