import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { createActionStore } from './actions/action-store.ts'
import type { ExpressionChecks } from './actions/expression-checks.ts'
import { agentRoutes } from './agents/agent-routes.ts'
import { createAgentStore } from './agents/agent-store.ts'
import { createDesiredStates } from './agents/desired-states.ts'
import { createIngest } from './agents/ingest.ts'
import { createPoll } from './agents/poll.ts'
import { createPresence } from './agents/presence.ts'
import type { Clock } from './clock.ts'
import { managementRoutes } from './http/management-routes.ts'
import { createBadKeys } from './keys/bad-keys.ts'
import { createKeyStore } from './keys/key-store.ts'
import { createPolicyStore } from './policy/policy-store.ts'
import { createHitStore } from './results/hit-store.ts'
import { createMetricStore } from './results/metric-store.ts'
import { createResultHub } from './results/result-hub.ts'
import { createStreams } from './results/streams.ts'
import { createCustomSourceStore } from './sources/custom-source-store.ts'
import type { Storage } from './storage/storage.ts'

export interface PipelineOptions {
  storage: Storage
  checks: ExpressionChecks
  clock: Clock
  log: Logger
}

/**
 * How the parts hang together: an action is stored and wakes the polls of its agents; their frames are ingested,
 * stored, and published to the streams.
 *
 * Returns what ends everything that waits, so that the server can stop.
 */
export function connectPipeline(app: FastifyInstance, { storage, checks, clock, log }: PipelineOptions): () => void {
  const { db, changes } = storage
  const keys = createKeyStore(db, clock)
  const badKeys = createBadKeys(clock)
  const presence = createPresence(clock)

  // action → desired state → poll
  const agents = createAgentStore({ db, clock, presence })
  const actions = createActionStore({ db, clock, changes, presence, checks })
  const sources = createCustomSourceStore({ db, clock, changes })
  const policies = createPolicyStore({ db, clock, changes })
  const poll = createPoll({ db, clock, changes, presence, states: createDesiredStates({ db, clock, presence }) })

  // frame → ingest → store → publish → stream
  const hub = createResultHub()
  const hits = createHitStore(db)
  const metrics = createMetricStore(db)
  const ingest = createIngest({ db, clock, changes, results: hub, log })
  const streams = createStreams({
    clock,
    hub,
    hits,
    isKeyAlive: async ({ keyId }) =>
      (await db.selectFrom('api_keys').select('id').where('id', '=', keyId).executeTakeFirst()) !== undefined,
  })

  app.register(async (scope) => agentRoutes(scope, { keys, badKeys, ingest, poll }))
  const management = { keys, badKeys, agents, actions, sources, checks, policies, hits, metrics, streams }
  app.register(async (scope) => managementRoutes(scope, management), { prefix: '/api/v1' })
  app.get('/api/v1/health', async () => {
    await sql`select 1`.execute(db)
    return { status: 'ok' }
  })
  return () => {
    presence.endAll()
    streams.endAll()
  }
}
