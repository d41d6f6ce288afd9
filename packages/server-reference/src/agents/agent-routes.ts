import {
  AGENT_FRAMES_PATH,
  AgentId,
  decodeUpFrame,
  encodeFrame,
  LightrunError,
  MAX_UP_FRAME_BYTES,
  VERSION_HEADER,
} from '@lightrun/core'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import { poolOf, setPool } from '../http/identity.ts'
import { parseRequest } from '../http/parse-request.ts'
import { authenticate } from '../keys/authenticate.ts'
import type { BadKeys } from '../keys/bad-keys.ts'
import type { KeyStore } from '../keys/key-store.ts'
import type { Ingest } from './ingest.ts'
import type { Poll } from './poll.ts'

const PollQuery = z.object({
  agent: AgentId,
  after: z.string().check(z.regex(/^(-1|\d{1,16})$/, 'must be a version, or -1')),
})

export interface AgentRoutesOptions {
  keys: KeyStore
  badKeys: BadKeys
  ingest: Ingest
  poll: Poll
}

/** The agents' side, as core's agent-routes.ts documents it. */
export function agentRoutes(app: FastifyInstance, { keys, badKeys, ingest, poll }: AgentRoutesOptions): void {
  app.addHook('onRequest', async (request) => {
    setPool(request, await authenticate(request, 'pool', keys.findPool, badKeys))
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.post(AGENT_FRAMES_PATH, { bodyLimit: MAX_UP_FRAME_BYTES }, async (request, reply) => {
    if (!(request.body instanceof Uint8Array)) {
      throw new LightrunError('frame_invalid', 'the request carries no frame; send it as an application/json body')
    }
    await ingest(poolOf(request), decodeUpFrame(request.body))
    return reply.code(204).send()
  })

  app.get(AGENT_FRAMES_PATH, async (request, reply) => {
    const { agent, after } = parseRequest(PollQuery, request.query, 'query')
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const state = await poll(poolOf(request), { agentId: agent, after: Number(after) }, gone.signal)
    if (state === undefined) return reply.code(204).send()
    return reply.type('application/json').header(VERSION_HEADER, state.version).send(encodeFrame(state))
  })
}
