import { ActionPatch, LightrunError, NewAction } from '@lightrun/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AgentStore } from '../agents/agent-store.ts'
import { identityOf } from '../http/identity.ts'
import { parseRequest } from '../http/parse-request.ts'
import type { ActionStore } from './action-store.ts'
import { checkExpressions, checkLimits } from './check-action.ts'
import type { ExpressionChecks } from './expression-checks.ts'
import { MAX_IDEMPOTENCY_KEY_LENGTH } from './limits.ts'
import { resolveSource } from './resolve-source.ts'

export interface ActionRoutesOptions {
  actions: ActionStore
  agents: AgentStore
  checks: ExpressionChecks
}

type ById = { Params: { id: string } }

export function actionRoutes(app: FastifyInstance, { actions, agents, checks }: ActionRoutesOptions): void {
  app.get('/actions', async (request) => ({ actions: await actions.list(identityOf(request).organisationId) }))

  app.post('/actions', async (request, reply) => {
    const { organisationId } = identityOf(request)
    const asked = parseRequest(NewAction, request.body, 'body')
    const limits = checkLimits(asked)
    checkExpressions(asked, checks)
    const source = resolveSource(asked.source, await agents.list(organisationId))
    const idempotencyKey = idempotencyKeyOf(request)
    const view = await actions.create(organisationId, {
      request: asked,
      source,
      limits,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
    return reply.code(201).send(view)
  })

  app.get<ById>('/actions/:id', (request) => actions.get(identityOf(request).organisationId, request.params.id))

  app.patch<ById>('/actions/:id', (request) => {
    const patch = parseRequest(ActionPatch, request.body, 'body')
    return actions.edit(identityOf(request).organisationId, request.params.id, patch)
  })

  app.delete<ById>('/actions/:id', async (request, reply) => {
    await actions.delete(identityOf(request).organisationId, request.params.id)
    return reply.code(204).send()
  })
}

function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && key !== '' && key.length <= MAX_IDEMPOTENCY_KEY_LENGTH) return key
  throw new LightrunError(
    'request_invalid',
    `Idempotency-Key: one value of 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters`,
  )
}
