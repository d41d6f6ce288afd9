import type { Mirror, TraceContext } from '@lightrun/core'

export interface TraceReaderOptions {
  mirror: Mirror
  /** Where OpenTelemetry's API keeps what it shares between its copies. */
  global: object
  /** A clock that never goes back. */
  nowMs: () => number
}

/** A look that took longer was not a look at a context. */
export const SLOW_LOOK_MS = 1
/** Slow looks in a row, after which nobody looks any more: one may be a pause of the process. */
export const MAX_SLOW_LOOKS = 5

/** Where the API (1.x) registers its parts, and under which key it keeps the span of a context. */
const API = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const { apply } = Reflect

/**
 * The active span of the application's own OpenTelemetry; `undefined` without one. This is what `trace.getActiveSpan()`
 * of its API does, and so the one place where code of the application is called in a hit: three functions of that library
 * that only read. Guarded: whoever throws, or takes long again and again, is not asked any more.
 */
export function createTraceReader({ mirror, global, nowMs }: TraceReaderOptions): () => TraceContext | undefined {
  let isOff = false
  let slow = 0

  function call(object: unknown, name: string, args: readonly unknown[]): unknown {
    const method = mirror.get(object, name)
    if (method.status !== 'value' || typeof method.value !== 'function' || mirror.isProxy(method.value))
      return undefined
    return apply(method.value, object, args)
  }
  const member = (object: unknown, key: PropertyKey): unknown => {
    const view = mirror.get(object, key)
    return view.status === 'value' ? view.value : undefined
  }

  function look(api: unknown): TraceContext | undefined {
    const context = call(member(api, 'context'), 'active', [])
    const span = call(context, 'getValue', [SPAN])
    const told = call(span, 'spanContext', [])
    const traceId = member(told, 'traceId')
    const spanId = member(told, 'spanId')
    return isId(traceId, 32) && isId(spanId, 16) ? { traceId, spanId } : undefined
  }

  return () => {
    if (isOff) return undefined
    const api = mirror.own(global, API)
    if (api.status !== 'value') return undefined
    try {
      const startMs = nowMs()
      const seen = look(api.value)
      slow = nowMs() - startMs > SLOW_LOOK_MS ? slow + 1 : 0
      isOff = slow >= MAX_SLOW_LOOKS
      return seen
    } catch {
      isOff = true
      return undefined
    }
  }
}

/** Lowercase hex of this length, not all zeros. By index: methods of strings may have been replaced. */
function isId(value: unknown, length: number): value is string {
  if (typeof value !== 'string' || value.length !== length) return false
  let isZero = true
  for (let index = 0; index < length; index++) {
    const digit = value[index] as string
    if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'))) return false
    isZero &&= digit === '0'
  }
  return !isZero
}
