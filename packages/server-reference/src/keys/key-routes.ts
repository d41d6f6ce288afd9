import { NewApiKey, NewNamed } from '@lightrun/core'
import type { FastifyInstance } from 'fastify'
import { identityOf } from '../http/identity.ts'
import { parseRequest } from '../http/parse-request.ts'
import type { KeyStore } from './key-store.ts'
import { requirePermission } from './permissions.ts'

export function keyRoutes(app: FastifyInstance, keys: KeyStore): void {
  app.get('/pools', async (request) => ({ pools: await keys.listPools(identityOf(request).organisationId) }))
  app.post('/pools', async (request, reply) => {
    const { name } = parseRequest(NewNamed, request.body, 'body')
    return reply.code(201).send(await keys.createPool(identityOf(request).organisationId, name))
  })
  app.get('/api-keys', async (request) => ({ apiKeys: await keys.listApiKeys(identityOf(request).organisationId) }))
  app.post('/api-keys', async (request, reply) => {
    const asked = parseRequest(NewApiKey, request.body, 'body')
    const identity = identityOf(request)
    for (const permission of asked.permissions ?? []) requirePermission(identity, permission)
    return reply.code(201).send(await keys.createApiKey(identity.organisationId, asked))
  })
  app.delete<{ Params: { id: string } }>('/api-keys/:id', async (request, reply) => {
    await keys.deleteApiKey(identityOf(request).organisationId, request.params.id)
    return reply.code(204).send()
  })
}
