import type { FastifyInstance } from 'fastify'
import { type ActionRoutesOptions, actionRoutes } from '../actions/action-routes.ts'
import { authenticate } from '../keys/authenticate.ts'
import type { BadKeys } from '../keys/bad-keys.ts'
import { keyRoutes } from '../keys/key-routes.ts'
import type { KeyStore } from '../keys/key-store.ts'
import { policyRoutes } from '../policy/policy-routes.ts'
import type { PolicyStore } from '../policy/policy-store.ts'
import { type ResultRoutesOptions, resultRoutes } from '../results/result-routes.ts'
import { customSourceRoutes } from '../sources/custom-source-routes.ts'
import { identityOf, setIdentity } from './identity.ts'

export interface ManagementRoutesOptions extends ActionRoutesOptions, ResultRoutesOptions {
  keys: KeyStore
  badKeys: BadKeys
  policies: PolicyStore
}

/** Everything below /api/v1 that takes an API key. */
export function managementRoutes(app: FastifyInstance, options: ManagementRoutesOptions): void {
  const { keys, badKeys, agents, policies } = options
  app.addHook('onRequest', async (request) => {
    setIdentity(request, await authenticate(request, 'api', keys.findApiKey, badKeys))
  })
  // Clients that name a media type without sending a body (DELETE) mean no body.
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null)
    else void parseJson(request, body, done)
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  app.get('/agents', async (request) => ({ agents: await agents.list(identityOf(request).organisationId) }))
  actionRoutes(app, options)
  customSourceRoutes(app, options)
  resultRoutes(app, options)
  keyRoutes(app, keys)
  policyRoutes(app, policies)
}
