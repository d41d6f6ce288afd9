// A service with something of everything, which counts what it does, so that the server's counts can be held against it.
const http = require('node:http')
const { setTimeout: sleep } = require('node:timers/promises')

const counts = { priced: 0, thirds: 0, cents: 0, charged: 0, declined: 0, shipped: 0 }

function price(order) {
  const lines = order.items.map(({ sku, cents, count }) => ({ sku, total: cents * count }))
  const total = lines.reduce((sum, line) => sum + line.total, 0)
  counts.priced++
  if (order.id % 3 === 0) counts.thirds++
  counts.cents += total
  return total
}

async function charge(order, total) {
  await sleep(1)
  if (order.id % 10 === 9) {
    counts.declined++
    throw new Error('the card was declined')
  }
  counts.charged++
  return `pay-${order.id}-${total}`
}

async function ship(order) {
  const parcel = { id: order.id, weight: order.items.length }
  await sleep(1)
  counts.shipped++
  return parcel.weight
}

async function answer(id) {
  const items = Array.from({ length: 1 + (id % 5) }, (_, n) => ({
    sku: `sku-${n}`,
    cents: 100 + n,
    count: 1 + (id % 3),
  }))
  const order = { id, items, customer: { name: `customer ${id % 17}`, password: 'hunter2' } }
  const total = price(order)
  const payment = await charge(order, total).catch((error) => error.message)
  const weight = await ship(order)
  return { id, total, payment, weight }
}

http
  .createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    const body = pathname === '/counts' ? counts : await answer(Number(searchParams.get('id')))
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  .listen(0, '127.0.0.1', function () {
    console.log(`listening on http://127.0.0.1:${this.address().port}`)
  })
