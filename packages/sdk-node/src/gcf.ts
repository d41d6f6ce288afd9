import type { StartOptions } from './config/start-options.ts'
import { start } from './lightrun.ts'
import { attend, type CallShape, type Handler } from './serverless/attend.ts'

/**
 * Starts the agent and gives an HTTP function of Google Cloud Functions that answers as `handler` does.
 *
 * The first call after a cold start waits until what the server wants is in place, for `lightrunInitWaitTimeMs` at most. What
 * was captured is delivered as soon as the response is out: the platform may slow the process down then, and what is not
 * delivered by that time goes out with the next call.
 */
export function wrapHttp<H extends Handler>(handler: H, options?: StartOptions): H {
  return attend(handler, start(options), {
    callbackAt: () => undefined,
    remainingMs: unknown,
    onCall([, response], after) {
      ;(response as NodeJS.EventEmitter).once('close', after)
    },
  })
}

/**
 * The same for a background function, `(data, context)` or `(data, context, callback)`: what was captured is delivered
 * before it is over, within a second.
 */
export function wrapEvent<H extends Handler>(handler: H, options?: StartOptions): H {
  return attend(handler, start(options), withCallbackAt(2))
}

/** The same for a function of CloudEvents, `(event)` or `(event, callback)`. */
export function wrapCloudEvent<H extends Handler>(handler: H, options?: StartOptions): H {
  return attend(handler, start(options), withCallbackAt(1))
}

/** The platform does not tell its functions how much time they have; the least there is, is a minute. */
const unknown = () => Number.POSITIVE_INFINITY

function withCallbackAt(index: number): CallShape {
  return { callbackAt: (args) => (typeof args[index] === 'function' ? index : undefined), remainingMs: unknown }
}
