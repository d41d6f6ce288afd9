import { ActionPatch, formatSource, LightrunError, NewAction, Removal, type Source } from '@lightrun/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AgentStore } from '../agents/agent-store.ts'
import { identityOf } from '../http/identity.ts'
import { parseRequest } from '../http/parse-request.ts'
import { requirePermission } from '../keys/permissions.ts'
import type { CustomSourceStore } from '../sources/custom-source-store.ts'
import { resolveSource } from '../sources/resolve-source.ts'
import type { ActionStore } from './action-store.ts'
import { checkExpressions, checkLimits, checkMoment } from './check-action.ts'
import { duplicateAction } from './duplicate-action.ts'
import type { ExpressionChecks } from './expression-checks.ts'
import { MAX_IDEMPOTENCY_KEY_LENGTH } from './limits.ts'

export interface ActionRoutesOptions {
  actions: ActionStore
  agents: AgentStore
  sources: CustomSourceStore
  checks: ExpressionChecks
}

type ById = { Params: { id: string } }

export function actionRoutes(app: FastifyInstance, { actions, agents, sources, checks }: ActionRoutesOptions): void {
  app.get('/actions', async (request) => ({ actions: await actions.list(identityOf(request).organisationId) }))

  app.post('/actions', async (request, reply) => {
    const asked = parseRequest(NewAction, request.body, 'body')
    const { organisationId } = identityOf(request)
    const source = async () =>
      resolveSource(asked.source, {
        agents: await agents.list(organisationId),
        sources: await sources.list(organisationId),
      })
    return reply.code(201).send(await create(request, asked, source))
  })

  app.post<ById>('/actions/:id/duplicates', async (request, reply) => {
    const otherwise = parseRequest(ActionPatch, request.body ?? {}, 'body')
    const { source, ...view } = await actions.get(identityOf(request).organisationId, request.params.id)
    const asked = { source: formatSource(source), ...duplicateAction(view, otherwise) }
    return reply.code(201).send(await create(request, asked, () => source))
  })

  app.post('/actions/removals', async (request) => {
    const { ids } = parseRequest(Removal, request.body, 'body')
    return { removed: await actions.deleteAll(identityOf(request).organisationId, ids) }
  })

  async function create(request: FastifyRequest, asked: NewAction, source: () => Source | Promise<Source>) {
    const limits = checkLimits(asked)
    if (asked.ignoreQuota) requirePermission(identityOf(request), 'ignoreQuota')
    checkMoment(asked)
    checkExpressions(asked, checks)
    const idempotencyKey = idempotencyKeyOf(request)
    return actions.create(identityOf(request).organisationId, {
      request: asked,
      source: await source(),
      limits,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
  }

  app.get<ById>('/actions/:id', (request) => actions.get(identityOf(request).organisationId, request.params.id))

  app.patch<ById>('/actions/:id', (request) => {
    const patch = parseRequest(ActionPatch, request.body, 'body')
    const by = identityOf(request)
    return actions.edit(by.organisationId, request.params.id, patch, by)
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
