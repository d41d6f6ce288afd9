import { LightrunError } from '@lightrun/core'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import type { ActionStore } from '../actions/action-store.ts'
import { identityOf } from '../http/identity.ts'
import { parseRequest } from '../http/parse-request.ts'
import { DEFAULT_HITS_PER_PAGE, type HitStore, MAX_HITS_PER_PAGE } from './hit-store.ts'
import { DEFAULT_POINTS_PER_PAGE, MAX_POINTS_PER_PAGE, type MetricStore } from './metric-store.ts'
import type { Streams } from './streams.ts'

const Cursor = z.string().check(z.regex(/^\d{1,15}$/, 'must be a whole number, such as the `next` of an answer'))
const PageQuery = z.object({
  after: z.optional(Cursor),
  limit: z.optional(z.string().check(z.regex(/^\d{1,6}$/, 'must be a whole number'))),
})
const StreamQuery = z.object({ action: z.optional(z.string().check(z.maxLength(64))) })

export interface ResultRoutesOptions {
  actions: ActionStore
  hits: HitStore
  metrics: MetricStore
  streams: Streams
}

export function resultRoutes(app: FastifyInstance, { actions, hits, metrics, streams }: ResultRoutesOptions): void {
  app.get<{ Params: { id: string } }>('/actions/:id/hits', async (request) => {
    const { organisationId } = identityOf(request)
    const page = pageOf(request.query, DEFAULT_HITS_PER_PAGE, MAX_HITS_PER_PAGE)
    const { id: actionId } = await actions.get(organisationId, request.params.id)
    return hits.page({ organisationId, actionId, ...page })
  })

  app.get<{ Params: { id: string } }>('/actions/:id/metrics', async (request) => {
    const { organisationId } = identityOf(request)
    const { id } = await actions.get(organisationId, request.params.id)
    return metrics.view(id)
  })

  app.get<{ Params: { id: string } }>('/actions/:id/metrics/points', async (request) => {
    const { organisationId } = identityOf(request)
    const page = pageOf(request.query, DEFAULT_POINTS_PER_PAGE, MAX_POINTS_PER_PAGE)
    const { id: actionId } = await actions.get(organisationId, request.params.id)
    return metrics.points({ actionId, ...page })
  })

  app.get('/stream', async (request, reply) => {
    const identity = identityOf(request)
    const { action } = parseRequest(StreamQuery, request.query, 'query')
    if (action !== undefined) await actions.get(identity.organisationId, action)
    const lastEventId = request.headers['last-event-id']
    const cursor = Cursor.safeParse(lastEventId === '' ? undefined : lastEventId)
    if (lastEventId !== undefined && lastEventId !== '' && !cursor.success) {
      throw new LightrunError('request_invalid', 'Last-Event-ID is the id of an event of this stream')
    }
    await streams.follow(reply, {
      identity,
      ...(action === undefined ? {} : { actionId: action }),
      ...(cursor.success ? { after: Number(cursor.data) } : {}),
    })
  })
}

/** @throws LightrunError `request_invalid`. */
function pageOf(query: unknown, usual: number, most: number): { after: number; limit: number } {
  const asked = parseRequest(PageQuery, query, 'query')
  const limit = Number(asked.limit ?? usual)
  if (limit < 1 || limit > most) throw new LightrunError('request_invalid', `limit: from 1 to ${most}`)
  return { after: Number(asked.after ?? 0), limit }
}
