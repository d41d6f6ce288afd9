import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LightrunError } from '../errors/lightrun-error.ts'
import { MAX_CAPTURED_DEPTH } from '../model/captured-value-schema.ts'
import { decodeDesiredState, decodeUpFrame, encodeFrame } from './codec.ts'
import {
  type DesiredState,
  MAX_DOWN_FRAME_BYTES,
  MAX_REPORTS_PER_FRAME,
  MAX_UP_FRAME_BYTES,
  type UpFrame,
} from './frames.ts' // prettier-ignore

const encoder = new TextEncoder()
const ofAction = { actionId: 'act_1', revision: 1, atMs: 1 }
const upFrame: UpFrame = {
  protocol: 1,
  agentId: 'agent-0123456789',
  hello: {
    displayName: 'shop',
    tags: ['Production'],
    hostname: 'h',
    pid: 1,
    runtime: { name: 'node', version: '20.20.2' },
    sdkVersion: '0.1.0',
    startedAtMs: 1,
  },
  first: 1,
  reports: [
    { kind: 'status', ...ofAction, status: { state: 'placed', engine: 'weave', position: { file: 'a.ts', line: 4 } } },
    {
      kind: 'status',
      ...ofAction,
      status: { state: 'failed', code: 'no_code_at_line', message: 'm', details: { a: 1 } },
    },
    { kind: 'count', ...ofAction, count: 12 },
    { kind: 'loss', ...ofAction, reason: 'queue_full', count: 3 },
    { kind: 'passes', ...ofAction, passes: 7, conditionFalse: 4, conditionFailed: 2, throttled: 1 },
    {
      kind: 'hit',
      ...ofAction,
      data: {
        type: 'log',
        level: 'warn',
        text: 'total 12 of ?',
        fields: [
          { name: 'total', value: { type: 'number', value: 12 } },
          { name: 'user', error: 'user is not defined here' },
        ],
        trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
      },
    },
    { kind: 'hit', ...ofAction, data: { type: 'log', level: 'info', text: 'ünï \ud800 \u0000 😀' } },
    {
      kind: 'hit',
      ...ofAction,
      data: {
        type: 'snapshot',
        frames: [{ function: 'add', file: 'a.ts', line: 4, column: 1 }],
        variables: [
          {
            name: 'cart',
            value: {
              type: 'object',
              class: 'Cart',
              id: 1,
              properties: [['self', { type: 'reference', id: 1 }]],
              entries: [
                [
                  { type: 'number', value: 'NaN' },
                  { type: 'omitted', reason: 'unsafe', of: 'accessor' },
                ],
              ],
            },
          },
        ],
        watches: [{ name: 'cart.total', error: 'it is an accessor' }],
      },
    },
  ],
}
const state: DesiredState = {
  protocol: 1,
  version: 7,
  serverTimeMs: 1,
  actions: [
    {
      id: 'act_1',
      revision: 1,
      position: { file: 'src/cart.ts', line: 42 },
      task: { type: 'log', format: 'total {total}', level: 'info', targets: ['server'] },
      condition: 'total > 100',
      expiresAtMs: 1,
      maxHits: 5,
    },
  ],
}

/** What the decoder said: a frame, or the code of its refusal. Anything else fails the test. */
function outcomeOf(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    return decode(bytes)
  } catch (error) {
    if (!LightrunError.is(error)) throw error
    expect(['frame_invalid', 'frame_too_large', 'protocol_unsupported']).toContain(error.code)
    expect(error.message.length).toBeLessThan(2_000)
    return error.code
  }
}
const json = (value: unknown) => encoder.encode(JSON.stringify(value))
const bothOutcomes = (bytes: Uint8Array) => [outcomeOf(decodeUpFrame, bytes), outcomeOf(decodeDesiredState, bytes)]

describe('frames of ours', () => {
  it('come back as they were', () => {
    expect(decodeUpFrame(encodeFrame(upFrame))).toEqual(upFrame)
    expect(decodeDesiredState(encodeFrame(state))).toEqual(state)
  })

  it('lose members that this version does not know, so that a newer peer may add some', () => {
    expect(decodeDesiredState(json({ ...state, added: 1, actions: [] }))).toEqual({ ...state, actions: [] })
  })

  it('may be as large as the limit and no larger', () => {
    const padded = (bytes: Uint8Array, length: number) => {
      const frame = new Uint8Array(length).fill(0x20)
      frame.set(bytes)
      return frame
    }
    expect(outcomeOf(decodeUpFrame, padded(encodeFrame(upFrame), MAX_UP_FRAME_BYTES))).toEqual(upFrame)
    expect(outcomeOf(decodeUpFrame, padded(encodeFrame(upFrame), MAX_UP_FRAME_BYTES + 1))).toBe('frame_too_large')
    expect(outcomeOf(decodeDesiredState, padded(encodeFrame(state), MAX_DOWN_FRAME_BYTES))).toEqual(state)
    expect(outcomeOf(decodeDesiredState, padded(encodeFrame(state), MAX_DOWN_FRAME_BYTES + 1))).toBe('frame_too_large')
  })

  it('may hold so many reports and no more', () => {
    const count = upFrame.reports[2]
    const withReports = (length: number) => json({ ...upFrame, reports: Array.from({ length }, () => count) })
    expect(decodeUpFrame(withReports(MAX_REPORTS_PER_FRAME)).reports).toHaveLength(MAX_REPORTS_PER_FRAME)
    expect(outcomeOf(decodeUpFrame, withReports(MAX_REPORTS_PER_FRAME + 1))).toBe('frame_invalid')
  })
})

describe('frames that are not ours', () => {
  it('of another version are told apart from broken ones', () => {
    for (const protocol of [0, 2, 1.5, -1, 1e300]) {
      expect(bothOutcomes(json({ ...upFrame, protocol }))).toEqual(['protocol_unsupported', 'protocol_unsupported'])
    }
    for (const protocol of ['1', null, {}, undefined]) {
      expect(bothOutcomes(json({ ...upFrame, protocol }))).toEqual(['frame_invalid', 'frame_invalid'])
    }
  })

  it('are refused whatever they hold instead', () => {
    const texts = ['', ' ', 'null', '[]', '{}', '1', '"a"', '{"protocol":1}', '<html>', '{"protocol":1,', '\ufeff{}']
    for (const text of texts) expect(bothOutcomes(encoder.encode(text))).toEqual(['frame_invalid', 'frame_invalid'])
    expect(bothOutcomes(Uint8Array.of(0xff, 0xfe))).toEqual(['frame_invalid', 'frame_invalid'])
  })

  it('may nest 100 000 levels', () => {
    const levels = 100_000
    const lists = `${'['.repeat(levels)}${']'.repeat(levels)}`
    const objects = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    const nested = (value: string) => {
      const frame = JSON.stringify({ ...upFrame, reports: ['HERE'] })
      return encoder.encode(frame.replace('"HERE"', value))
    }
    const failed = (details: string) =>
      `{"kind":"status","actionId":"a","revision":1,"atMs":1,"status":{"state":"failed","code":"internal_error","message":"","details":${details}}}`
    const variable = (value: string) =>
      `{"kind":"hit","actionId":"a","revision":1,"atMs":1,"data":{"type":"snapshot","frames":[],"watches":[],"variables":[{"name":"a","value":${value}}]}}`
    const captured = `${'{"type":"object","class":"A","items":['.repeat(5_000)}${']}'.repeat(5_000)}`
    for (const value of [lists, objects, variable(lists), variable(objects), variable(captured)]) {
      expect(outcomeOf(decodeUpFrame, nested(value))).toBe('frame_invalid')
    }
    // What follows is stored, and writing it as JSON again would exhaust the stack.
    expect(outcomeOf(decodeUpFrame, nested(failed(`{"a":${lists}}`)))).toBe('frame_invalid')
    outcomeOf(decodeDesiredState, encoder.encode(`{"protocol":1,"version":1,"serverTimeMs":1,"actions":${lists}}`))
  })

  it('pins the deepest captured value that is taken', () => {
    const nestedTo = (depth: number) => {
      let value: unknown = { type: 'null' }
      for (let i = 1; i < depth; i++) value = { type: 'object', class: 'A', items: [value] }
      const data = { type: 'snapshot', frames: [], watches: [], variables: [{ name: 'a', value }] }
      return json({ ...upFrame, reports: [{ kind: 'hit', ...ofAction, data }] })
    }
    const deepest = Array.from({ length: MAX_CAPTURED_DEPTH + 1 }, (_, i) => i + 1).filter(
      (depth) => outcomeOf(decodeUpFrame, nestedTo(depth)) !== 'frame_invalid',
    )
    expect(Math.max(...deepest)).toBeGreaterThanOrEqual(MAX_CAPTURED_DEPTH / 2)
    expect(deepest).toEqual(Array.from({ length: deepest.length }, (_, i) => i + 1))
  })

  it('cannot smuggle a prototype in', () => {
    const bytes = encoder.encode(
      JSON.stringify(upFrame).replace('"protocol":1', '"protocol":1,"__proto__":{"polluted":1}'),
    )
    const frame = decodeUpFrame(bytes) as UpFrame & { polluted?: unknown }
    expect(frame.polluted).toBeUndefined()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('laws', () => {
  it('any bytes are a frame or a refusal', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void bothOutcomes(bytes)))
  })

  it('any JSON is a frame or a refusal', () => {
    fc.assert(fc.property(fc.json(), (text) => void bothOutcomes(encoder.encode(text))))
    fc.assert(fc.property(fc.object(), (value) => void bothOutcomes(json({ ...upFrame, ...value, protocol: 1 }))))
  })

  it('a valid frame with damaged bytes is a frame or a refusal', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 })
    for (const bytes of [encodeFrame(upFrame), encodeFrame(state)]) {
      fc.assert(
        fc.property(damage, fc.nat(), (hits, cut) => {
          const damaged = bytes.slice(0, bytes.length - (cut % 4))
          for (const [at, byte] of hits) damaged[at % damaged.length] = byte
          bothOutcomes(damaged)
        }),
        { numRuns: 500 },
      )
    }
  })

  it('a valid frame with any member replaced is a frame or a refusal', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.constant('x'.repeat(10_000)),
      fc.constant(-1),
      fc.constant(Number.MAX_VALUE),
    )
    for (const frame of [upFrame, state]) {
      const text = JSON.stringify(frame)
      const places = text.match(/"[^"\\]*":/g)?.length ?? 0
      fc.assert(
        fc.property(fc.nat(places - 1), anything, (place, replacement) => {
          let member = -1
          const changed = JSON.parse(text, (key, value) => {
            if (key === '' || /^\d+$/.test(key)) return value
            member++
            return member === place ? replacement : value
          })
          bothOutcomes(json(changed))
        }),
        { numRuns: 500 },
      )
    }
  })
})
