import { CustomSourceName, NewCustomSource } from '@lightrun/core'
import type { FastifyInstance } from 'fastify'
import type { AgentStore } from '../agents/agent-store.ts'
import { identityOf } from '../http/identity.ts'
import { parseRequest } from '../http/parse-request.ts'
import type { CustomSourceStore } from './custom-source-store.ts'
import { resolveAgentSet } from './resolve-source.ts'

export interface CustomSourceRoutesOptions {
  agents: AgentStore
  sources: CustomSourceStore
}

type ByName = { Params: { name: string } }

export function customSourceRoutes(app: FastifyInstance, { agents, sources }: CustomSourceRoutesOptions): void {
  app.get('/sources', async (request) => ({ sources: await sources.list(identityOf(request).organisationId) }))

  app.put<ByName>('/sources/:name', async (request) => {
    const { organisationId } = identityOf(request)
    const name = parseRequest(CustomSourceName, request.params.name, 'name')
    const { source } = parseRequest(NewCustomSource, request.body, 'body')
    return sources.save(organisationId, name, resolveAgentSet(source, await agents.list(organisationId)))
  })

  app.delete<ByName>('/sources/:name', async (request, reply) => {
    const name = parseRequest(CustomSourceName, request.params.name, 'name')
    await sources.delete(identityOf(request).organisationId, name)
    return reply.code(204).send()
  })
}
