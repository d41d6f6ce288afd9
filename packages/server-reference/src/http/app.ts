import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Logger } from 'pino'
import { answerErrors } from './answer-errors.ts'

/** Body of a management request: an action with all its watches has 100 KB. */
export const MAX_REQUEST_BYTES = 256 * 1024
/** A request has to arrive within this; answers (polls, streams) may take longer. */
export const REQUEST_TIMEOUT_MS = 30_000
/** Above what proxies and agents keep idle connections for would be ideal; the common 60 s plus some. */
export const KEEP_ALIVE_TIMEOUT_MS = 72_000

export function createApp(log: Logger): FastifyInstance {
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    // A line per request says nothing that the results do not say, and agents ask all the time.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_REQUEST_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    routerOptions: { maxParamLength: 200 },
  })
  answerErrors(app)
  return app
}
