import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { isDeepStrictEqual, types } from 'node:util'
import { createCapturer, createMirror, createNameRedactor, DEFAULT_CAPTURE_LIMITS } from '@lightrun/core'
import { createSandbox } from '@lightrun/sandbox'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRequestHeaders, MAX_HEADER_TEXTS } from './request-headers.ts'

const mirror = createMirror(types, createRequestHeaders())
const ACCESSORS = ['headers', 'headersDistinct', 'trailers', 'trailersDistinct'] as const
const refused = { status: 'unsafe', of: 'accessor' }
const boom = () => {
  throw new Error('application code ran')
}

/** As Node's parser fills it. */
interface Parsed extends IncomingMessage {
  joinDuplicateHeaders: boolean
  _addHeaderLines(texts: string[], count: number): void
}
function messageWith(texts: readonly string[], trailers: readonly string[] = []): Parsed {
  const message = new IncomingMessage(undefined as unknown as Socket) as Parsed
  message._addHeaderLines([...texts], texts.length)
  message.complete = true
  message._addHeaderLines([...trailers], trailers.length)
  return message
}
const names = fc.constantFrom(
  ...[
    'Cookie',
    'cookie',
    'Set-Cookie',
    'Host',
    'HOST',
    'Content-Type',
    'ETag',
    'Age',
    'Server',
    'Authorization',
    'Date',
  ],
  ...[
    'Accept',
    'X-Forwarded-For',
    'x-forwarded-for',
    'constructor',
    '__proto__',
    'toString',
    'Origin',
    'Vary',
    'If-Match',
  ],
  ...[
    'From',
    'Expires',
    'Location',
    'Referer',
    'Retry-After',
    'User-Agent',
    'Max-Forwards',
    'Last-Modified',
    'Upgrade',
  ],
  ...['Proxy-Authorization', 'Content-Length', 'If-Modified-Since', 'If-Unmodified-Since', 'Transfer-Encoding'],
)
const lines = fc.array(fc.tuple(names, fc.constantFrom('', 'a', 'b')), { maxLength: 12 }).map((pairs) => pairs.flat())

describe("Node's own messages", () => {
  it('are seen to have the headers and trailers that their getters would tell, and stay as they were', () => {
    fc.assert(
      fc.property(lines, lines, fc.boolean(), (texts, trailers, joins) => {
        const message = messageWith(texts, trailers)
        message.joinDuplicateHeaders = joins
        const before = Reflect.ownKeys(message).map((key) => Reflect.get(message, key))
        const seen = ACCESSORS.map((key) => mirror.get(message, key))
        expect(Reflect.ownKeys(message).map((key) => Reflect.get(message, key))).toEqual(before)
        for (const [index, key] of ACCESSORS.entries()) {
          const told = message[key]
          // The test runner takes a header called `constructor` for one.
          expect(seen[index]).toSatisfy((view) => isDeepStrictEqual(view, { status: 'value', value: told }))
          // What has been asked for is there, as the very same object.
          expect(mirror.get(message, key)).toSatisfy(({ value }) => value === told)
        }
      }),
    )
  })

  it('are seen so when a framework gave them a prototype of its own, or the application set their headers', () => {
    const express = Object.setPrototypeOf(messageWith(['A', '1']), Object.create(IncomingMessage.prototype))
    expect(mirror.get(express, 'headers')).toEqual({ status: 'value', value: { a: '1' } })
    const set = messageWith(['A', '1'])
    set.headers = { b: '2' }
    expect(mirror.get(set, 'headers')).toEqual({ status: 'value', value: { b: '2' } })
  })

  const with_ = (key: PropertyKey, descriptor: PropertyDescriptor) =>
    Object.defineProperty(messageWith(['A', '1']), key, descriptor)
  class Rewritten extends IncomingMessage {
    _addHeaderLine = boom
  }
  class Overridden extends IncomingMessage {}
  Object.defineProperty(Overridden.prototype, 'headers', { get: boom })
  const element = messageWith(['A', '1'])
  Object.defineProperty(element.rawHeaders, 1, { get: boom })
  for (const [what, message] of [
    ['with a getter of the application', with_('headers', { get: boom })],
    ['of a class that has one', new Overridden(undefined as unknown as Socket)],
    ['of a class that writes its headers otherwise', new Rewritten(undefined as unknown as Socket)],
    ['with raw headers behind a getter', with_('rawHeaders', { get: boom })],
    ['with a header behind a getter', element],
    ['with raw headers in a proxy', with_('rawHeaders', { value: new Proxy(['A', '1'], { get: boom }) })],
    ['with headers that are no text', with_('rawHeaders', { value: ['A', { toString: boom }] })],
    ['that is none', Object.create(IncomingMessage.prototype)],
  ] as const) {
    it(`are not looked at: one ${what}`, () => {
      expect(mirror.get(message, 'headers')).toEqual(refused)
    })
  }

  it('are looked at up to a number of headers', () => {
    const texts = (count: number) => Array.from({ length: count }, (_, n) => `x-${n}`)
    expect(mirror.get(messageWith(texts(MAX_HEADER_TEXTS)), 'headers').status).toBe('value')
    expect(mirror.get(messageWith(texts(MAX_HEADER_TEXTS + 2)), 'headers')).toEqual(refused)
  })

  it('leave other accessors alone', () => {
    expect(mirror.get(messageWith([]), 'connection')).toEqual(refused)
    expect(mirror.get(Object.defineProperty({}, 'headers', { get: boom }), 'headers')).toEqual(refused)
  })

  it('keep to themselves what redaction hides', () => {
    const redactor = createNameRedactor()
    const sandbox = createSandbox({ mirror, redactor })
    const request = messageWith(['Authorization', 'Bearer of-secrets', 'X-Forwarded-For', '203.0.113.7'])
    const ask = (text: string) => {
      const compiled = sandbox.compile(text)
      return compiled.status === 'ok' && compiled.expression.bind(['request'])([request])
    }
    expect(ask("request.headers['x-forwarded-for']")).toEqual({ status: 'value', value: '203.0.113.7' })
    expect(ask('request.headers.authorization')).toMatchObject({ status: 'omitted', reason: 'redacted' })
    const headers = mirror.get(request, 'headers')
    const shown = createCapturer({ mirror, redactor }).capture(headers, DEFAULT_CAPTURE_LIMITS)
    expect(JSON.stringify(shown)).toContain('203.0.113.7')
    expect(JSON.stringify(shown)).not.toContain('of-secrets')
  })
})
