import express from 'express'
import { findProduct, NotFound, price, search } from './catalogue.mjs'

const app = express()
let served = 0

app.use(express.json())
app.use((request, response, next) => {
  served += 1
  const id = request.get('x-request-id') ?? `r-${served}`
  response.set('x-request-id', id)
  next()
})

app.get('/products', (request, response) => {
  const { text, category, maxCents, page } = request.query
  const result = search({ text, category, maxCents: numberOr(maxCents), page: numberOr(page) })
  response.json(result)
})
app.get('/products/:sku', (request, response) => {
  const { sku } = request.params
  response.json(findProduct(sku))
})
app.post('/orders', (request, response) => {
  const { customer, lines } = request.body
  if (typeof customer !== 'string' || !Array.isArray(lines)) {
    response.status(400).json({ error: 'an order has a customer and lines' })
    return
  }
  const bill = price({ customer, lines })
  response.status(201).json(bill)
})
app.use((error, _request, response, _next) => {
  const status = error instanceof NotFound ? 404 : (error.status ?? 500)
  response.status(status).json({ error: error.message })
})

function numberOr(text) {
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

const server = app.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
