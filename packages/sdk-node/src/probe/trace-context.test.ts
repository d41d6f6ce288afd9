import { AsyncLocalStorage } from 'node:async_hooks'
import { types } from 'node:util'
import { createMirror } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { createTraceReader, MAX_SLOW_LOOKS, SLOW_LOOK_MS } from './trace-context.ts'

const API = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

/** A context as OpenTelemetry's API has it: values by symbol, behind a function of its own. */
class Context {
  getValue: (key: symbol) => unknown
  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.getValue = (key) => values.get(key)
  }
}
class Span {
  readonly #context: object
  constructor(context: object) {
    this.#context = context
  }
  spanContext() {
    return this.#context
  }
}
const contextOf = (span: unknown) => new Context(new Map([[SPAN, span]]))

function setUp(api: unknown, lookMs = 0) {
  let now = 0
  const global = api === undefined ? {} : { [API]: api }
  const nowMs = () => {
    now += lookMs
    return now
  }
  return createTraceReader({ mirror: createMirror(types), global, nowMs })
}
const active = (context: unknown) => ({ context: { active: () => context } })

describe('the active span', () => {
  it('follows the context of the application', () => {
    const storage = new AsyncLocalStorage<Context>()
    class Manager {
      active() {
        return storage.getStore() ?? new Context(new Map())
      }
    }
    const read = setUp({ version: '1.9.0', context: new Manager() })
    expect(read()).toBeUndefined()
    storage.run(contextOf(new Span({ ...trace, traceFlags: 1 })), () => expect(read()).toEqual(trace))
    expect(read()).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['no API', undefined],
    ['an API without contexts', { version: '1.9.0' }],
    ['no span', active(contextOf(undefined))],
    ['a span of zeros', active(contextOf(new Span({ traceId: '0'.repeat(32), spanId: '0'.repeat(16) })))],
    ['capital letters', active(contextOf(new Span({ ...trace, traceId: trace.traceId.toUpperCase() })))],
    ['more than an id', active(contextOf(new Span({ ...trace, spanId: `${trace.spanId}\n` })))],
    ['numbers', active(contextOf(new Span({ traceId: 1, spanId: 2 })))],
    ['ids behind accessors', active(contextOf(new Span(Object.defineProperty({ ...trace }, 'spanId', { get: boom }))))],
    ['a proxy', active(new Proxy({}, { get: boom, getOwnPropertyDescriptor: boom }))],
    [
      'a function that is a proxy',
      { context: { active: new Proxy(() => contextOf(new Span(trace)), { apply: boom }) } },
    ],
    ['a manager behind an accessor', Object.defineProperty({}, 'context', { get: boom })],
  ])('is none where there is %s, and nothing else is run', (_, api) => {
    expect(setUp(api)()).toBeUndefined()
  })

  it('is not looked for any more where looking throws', () => {
    let looks = 0
    const read = setUp({ context: { active: () => boom(looks++) } })
    expect([read(), read(), looks]).toEqual([undefined, undefined, 1])
  })

  it('is not looked for any more where looking takes long again and again', () => {
    const read = setUp(active(contextOf(new Span(trace))), SLOW_LOOK_MS + 0.1)
    for (let look = 0; look < MAX_SLOW_LOOKS; look++) expect(read()).toEqual(trace)
    expect(read()).toBeUndefined()
  })

  it('is looked for as long as it is quick', () => {
    const read = setUp(active(contextOf(new Span(trace))), SLOW_LOOK_MS)
    for (let look = 0; look < 10 * MAX_SLOW_LOOKS; look++) expect(read()).toEqual(trace)
  })
})

function boom(_?: unknown): never {
  throw new Error('application code ran')
}
