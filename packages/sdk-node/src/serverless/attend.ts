import type { Agent } from '../agent/agent.ts'

/**
 * Longest wait for the delivery after a call: a round trip or two. The platform bills it, and freezes the process when the
 * call is over, so what is not delivered by then waits for the next call.
 */
export const MAX_FLUSH_MS = 1_000
/** The same, as long as the server has not taken what the call before had to say: an outage must not slow every call down. */
export const MAX_FLUSH_BEHIND_MS = 50
/** Kept of a call's time for its answer. */
export const ANSWER_MARGIN_MS = 100

// biome-ignore lint/suspicious/noExplicitAny: the handlers of a platform are what they are
export type Handler = (...args: any[]) => unknown

/** How a platform calls its handlers. */
export interface CallShape {
  /** Which argument is the callback for the answer, when there is one. */
  callbackAt(args: readonly unknown[]): number | undefined
  /** Milliseconds that are left for the call; `Infinity` when nobody knows. */
  remainingMs(args: readonly unknown[]): number
  /** A call begins; `after` may be called when it is over and there is no other way to know. */
  onCall?(args: readonly unknown[], after: () => void): void
}

/**
 * A handler that is called exactly as it would be, once what the server wants is in place (the first call waits for it, in
 * a process that has just started), and whose answer, or error, goes out when what it captured is delivered. Without an
 * agent it is the handler itself.
 */
export function attend<H extends Handler>(handler: H, agent: Agent | undefined, shape: CallShape): H {
  if (agent === undefined) return handler
  let isPrepared = false
  let preparing: Promise<void> | undefined
  let isBehind = false

  /** `undefined`: there is nothing to wait for. */
  function before(args: readonly unknown[]): Promise<void> | undefined {
    if (isPrepared) return undefined
    // Half of the time is the call's own.
    preparing ??= within(shape.remainingMs(args) / 2, agent?.ready()).then(() => {
      isPrepared = true
    })
    return preparing
  }

  /** Never rejects. */
  async function after(args: readonly unknown[]): Promise<void> {
    const most = isBehind ? MAX_FLUSH_BEHIND_MS : MAX_FLUSH_MS
    const timeoutMs = Math.min(most, shape.remainingMs(args) - ANSWER_MARGIN_MS)
    if (timeoutMs > 0) isBehind = (await agent?.flush(timeoutMs)) === false
  }

  /** The application's callback, called with what it is given, a little later. */
  function answering(callback: Handler, args: readonly unknown[]): Handler {
    return (...answer) => {
      void after(args).then(() => void callback(...answer))
    }
  }

  async function answered(result: PromiseLike<unknown>, args: readonly unknown[]): Promise<unknown> {
    try {
      return await result
    } finally {
      await after(args)
    }
  }

  function call(self: unknown, args: readonly unknown[]): unknown {
    const at = shape.callbackAt(args)
    shape.onCall?.(args, () => void after(args))
    const passed = args.map((arg, index) => (index === at ? answering(arg as Handler, args) : arg))
    const result: unknown = Reflect.apply(handler, self, passed)
    return isThenable(result) ? answered(result, args) : result
  }

  function callLater(ready: Promise<void>, self: unknown, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      ready
        .then(() => {
          const result = call(self, args)
          // Where there is a callback, a value that is no promise is no answer, and the platform must not take it for one.
          if (isThenable(result) || shape.callbackAt(args) === undefined) resolve(result)
        })
        .catch(reject)
    })
  }

  function attended(this: unknown, ...args: unknown[]): unknown {
    const ready = before(args)
    return ready === undefined ? call(this, args) : callLater(ready, this, args)
  }
  return alike(attended as H, handler)
}

/** Platforms look at a handler before they call it: how many parameters it has, what is written on it. */
function alike<H extends Handler>(wrapper: H, handler: H): H {
  for (const key of Reflect.ownKeys(handler)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue
    Object.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(handler, key) as PropertyDescriptor)
  }
  return wrapper
}

/** As the platforms ask it. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}

async function within(timeoutMs: number, work: Promise<unknown> | undefined): Promise<void> {
  if (timeoutMs === Number.POSITIVE_INFINITY) return void (await work)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, Math.max(0, timeoutMs))
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
