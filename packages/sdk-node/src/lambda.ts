import type { StartOptions } from './config/start-options.ts'
import { start } from './lightrun.ts'
import { attend, type CallShape, type Handler } from './serverless/attend.ts'

/**
 * Starts the agent and gives a handler for AWS Lambda that answers as `handler` does: asynchronous, with a callback, or
 * streaming (inside or around `awslambda.streamifyResponse`). Event and context are passed as they are.
 *
 * The first call after a cold start waits until what the server wants is in place, for `lightrunInitWaitTimeMs` and half of
 * the function's time at most. Before an answer goes out and the process is frozen, what was captured is delivered, within a
 * second and the time that is left. Handlers that answer by `context.succeed` and its siblings are not waited for.
 */
export function wrap<H extends Handler>(handler: H, options?: StartOptions): H {
  return attend(handler, start(options), LAMBDA)
}

/** `(event, context, callback?)`, and `(event, responseStream, context)` of those that stream. */
const LAMBDA: CallShape = {
  callbackAt: (args) => (typeof args[2] === 'function' ? 2 : undefined),
  remainingMs([, second, third]) {
    const context = typeof third === 'object' && third !== null ? third : second
    try {
      const ms = (context as { getRemainingTimeInMillis(): unknown }).getRemainingTimeInMillis()
      return typeof ms === 'number' && ms >= 0 ? ms : Number.POSITIVE_INFINITY
    } catch {
      return Number.POSITIVE_INFINITY
    }
  },
}
