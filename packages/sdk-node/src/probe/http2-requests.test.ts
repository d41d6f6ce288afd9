import { EventEmitter } from 'node:events'
import { Http2ServerRequest } from 'node:http2'
import { types } from 'node:util'
import { createMirror } from '@lightrun/core'
import { describe, expect, it } from 'vitest'
import { createRequestHeaders } from './request-headers.ts'

const mirror = createMirror(types, createRequestHeaders())
const KEYS = ['headers', 'rawHeaders', 'trailers', 'rawTrailers', 'method', 'url'] as const
const HEADERS = { ':method': 'GET', ':path': '/carts/7', cookie: 'a=b' }
const refused = { status: 'unsafe', of: 'accessor' }
const boom = () => {
  throw new Error('application code ran')
}

/** As Node makes it of a stream. */
type Make = new (stream: EventEmitter, headers: object, options: object, raw: readonly string[]) => Http2ServerRequest
const requestOf = (headers: object = HEADERS) =>
  new (Http2ServerRequest as unknown as Make)(new EventEmitter(), headers, {}, Object.entries(headers).flat())

describe("requests of Node's http2", () => {
  it.each(KEYS)('%s is what its getter would tell', (key) => {
    const request = requestOf()
    expect(mirror.get(request, key)).toEqual({ status: 'value', value: request[key] })
    expect(mirror.get(requestOf({}), 'method')).toEqual({ status: 'value', value: undefined })
  })

  it.each(KEYS)('%s of the application, in its class or in place of Node’s, is not run', (key) => {
    class Request extends Http2ServerRequest {}
    Object.defineProperty(Request.prototype, key, { get: boom })
    const own = Object.setPrototypeOf(requestOf(), Request.prototype)
    expect(mirror.get(own, key)).toEqual(refused)

    const before = Object.getOwnPropertyDescriptor(Http2ServerRequest.prototype, key) as PropertyDescriptor
    const first = createMirror(types, createRequestHeaders())
    Object.defineProperty(Http2ServerRequest.prototype, key, { ...before, get: boom })
    try {
      expect(first.get(requestOf(), key)).toEqual(refused)
      expect(mirror.get(requestOf(), key)).toEqual(refused)
    } finally {
      Object.defineProperty(Http2ServerRequest.prototype, key, before)
    }
  })

  it('nothing is told of what has their getters and is none', () => {
    const alike = Object.create(Http2ServerRequest.prototype)
    for (const key of KEYS) expect(mirror.get(alike, key)).toEqual(refused)
    const trapped = Object.assign(Object.create(Http2ServerRequest.prototype), {
      [Symbol('headers')]: new Proxy({}, new Proxy({}, { get: boom })),
      [Symbol('stream')]: {},
    })
    expect(mirror.get(trapped, 'method')).toEqual({ status: 'unsafe', of: 'proxy' })
  })
})
