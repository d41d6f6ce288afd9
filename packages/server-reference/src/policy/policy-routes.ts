import { Detachment, QuotaPolicy, RedactionPolicy } from '@lightrun/core'
import type { FastifyInstance } from 'fastify'
import { identityOf } from '../http/identity.ts'
import { parseRequest } from '../http/parse-request.ts'
import type { PolicyStore } from './policy-store.ts'

export function policyRoutes(app: FastifyInstance, policies: PolicyStore): void {
  app.get('/policy', async (request) => policies.get(identityOf(request).organisationId))
  app.put('/policy/redaction', async (request) => {
    const redaction = parseRequest(RedactionPolicy, request.body, 'body')
    return policies.setRedaction(identityOf(request).organisationId, redaction)
  })
  app.put('/policy/quota', async (request) => {
    const quota = parseRequest(QuotaPolicy, request.body, 'body')
    return policies.setQuota(identityOf(request).organisationId, quota)
  })
  app.put('/policy/detached', async (request) => {
    const detachment = parseRequest(Detachment, request.body, 'body')
    return policies.setDetached(identityOf(request).organisationId, detachment)
  })
}
