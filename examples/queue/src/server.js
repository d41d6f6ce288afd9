import { once } from 'node:events'
import { createServer } from 'node:http'
import { Bank } from './bank.js'
import { createQueue } from './queue.js'

// The shop takes orders and hands them to the queue; its bank is in here, too, to have it all in one process.
const bank = new Bank()
const routes = {
  'POST /orders': async (body) => queue.add(body),
  'POST /bank/charges': async (body) => bank.charge(body),
  'GET /bank/charges': async () => bank.charges,
}

const server = createServer(async (request, response) => {
  const chunks = await request.toArray()
  const route = routes[`${request.method} ${request.url}`]
  const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined
  const answer = await route?.(body)
  response.writeHead(route === undefined ? 404 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(answer ?? null))
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}`
const queue = createQueue({ bankUrl: `${url}/bank/charges` })
console.log(`listening on ${url}`)
