import Fastify, { type FastifyInstance } from 'fastify'
import { Allowance } from './allowance.ts'
import { Seats } from './seats.ts'

interface Booking {
  seats: number
  phone?: string
}

const body = {
  type: 'object',
  properties: { seats: { type: 'integer', minimum: 1, maximum: 6 }, phone: { type: 'string' } },
  required: ['seats'],
} as const

/** The concert is sold out in minutes, so a household gets four tickets. */
export function createApp(): FastifyInstance {
  const app = Fastify()
  const seats = new Seats(500)
  const allowance = new Allowance(4)

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    reply.code(error.statusCode ?? 500).send({ error: error.message })
  })
  app.post<{ Body: Booking }>('/bookings', { schema: { body } }, async (request, reply) => {
    const { seats: wanted } = request.body
    allowance.spend(request.ip, wanted)
    const row = await seats.reserve(wanted)
    return reply.code(201).send({ row, left: seats.left })
  })
  return app
}
