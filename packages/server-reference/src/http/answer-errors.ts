import { LightrunError } from '@lightrun/core'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { sqlStateOf } from '../storage/transact.ts'
import { ProblemError, toProblem } from './problem.ts'

/** Seconds after which an agent or a client asks again while the database is away. */
export const RETRY_AFTER_SECONDS = 2

/** System errors of a lost connection, and PostgreSQL's classes for "not now" (08, 53, 57P). */
const UNREACHABLE = /^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|08|53|57P)/

/** Every refusal leaves as a problem; what we did not foresee is logged and says nothing of our insides. */
export function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]
    sendProblem(
      reply,
      new LightrunError('route_unknown', `there is nothing at ${request.method} ${path}; the API is below /api/v1`),
    )
  })
  app.setErrorHandler((thrown: FastifyError | Error, request, reply) => {
    if (thrown instanceof ProblemError) {
      reply.headers(thrown.headers)
      return sendProblem(reply, thrown.error, thrown.status)
    }
    if (LightrunError.is(thrown)) {
      if (thrown.code === 'internal_error') request.log.error({ err: thrown }, 'request failed')
      return sendProblem(reply, thrown)
    }
    if (isUnreachable(thrown)) {
      request.log.warn({ err: thrown }, 'the database does not answer')
      reply.header('retry-after', String(RETRY_AFTER_SECONDS))
      return sendProblem(reply, new LightrunError('storage_unreachable', 'the database does not answer; try again'))
    }
    const status = 'statusCode' in thrown ? (thrown.statusCode ?? 500) : 500
    if (status < 500) return sendProblem(reply, toRefusal(thrown, status), status)
    request.log.error({ err: thrown }, 'request failed')
    return sendProblem(reply, new LightrunError('internal_error', 'the server failed; its log says more'))
  })
}

function sendProblem(reply: FastifyReply, error: LightrunError, status?: number): void {
  const problem = toProblem(error, status)
  reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

/** Fastify's own refusals: body too large, not JSON, wrong media type. */
function toRefusal(error: Error, status: number): LightrunError {
  if (status === 413) {
    return new LightrunError('frame_too_large', 'the body is larger than this route takes; send less at once')
  }
  return new LightrunError('request_invalid', `${error.message}; send a JSON body with content-type application/json`)
}

function isUnreachable(error: Error): boolean {
  return UNREACHABLE.test(sqlStateOf(error) ?? '') || error.message.includes('timeout exceeded when trying to connect')
}
