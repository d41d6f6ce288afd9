import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LightrunError } from '../errors/lightrun-error.ts'
import type { LogHit, Report, WatchResult } from '../model/report.ts'
import { decodeUpFrame } from './codec.ts'
import { createLogLine, type LineHead, type LineList, type Outgoing, toHit } from './log-line.ts'
import { createLogShortener, MAX_HEAD_LENGTH, MAX_LOG_HEADS } from './short-log.ts'

const head = { protocol: 1, agentId: 'agent-0123456789', first: 1 }
const encoder = new TextEncoder()
const decode = (frame: object) => decodeUpFrame(encoder.encode(JSON.stringify({ ...head, ...frame }))).reports

function shortened(reports: readonly Outgoing[]): { logs: readonly object[]; reports: unknown[] } {
  const { logs, shorten } = createLogShortener()
  const short = reports.map(shorten)
  return { logs, reports: short }
}
function hit(data: Partial<LogHit>, actionId = 'a'): Report {
  return { kind: 'hit', actionId, revision: 1, atMs: 1, data: { type: 'log', level: 'info', text: 'x', ...data } }
}
function refusalOf(frame: object): string | undefined {
  try {
    decode(frame)
    return undefined
  } catch (error) {
    return LightrunError.is(error) ? error.code : 'another error'
  }
}

const value = fc.oneof(
  fc.string().map((text) => ({ value: { type: 'string' as const, value: text } })),
  fc
    .string()
    .map((text) => ({ value: { type: 'string' as const, value: text, length: 9, omitted: 'length' as const } })),
  fc
    .double({ noDefaultInfinity: true, noNaN: true })
    .map((n) => ({ value: { type: 'number' as const, value: n + 0 } })),
  fc.constantFrom('NaN', '-0').map((n) => ({ value: { type: 'number' as const, value: n as 'NaN' } })),
  fc.boolean().map((each) => ({ value: { type: 'boolean' as const, value: each } })),
  fc.constant({ value: { type: 'null' as const } }),
  fc.constant({ value: { type: 'object' as const, class: 'Cart' } }),
  fc.constant({ error: 'x is not defined here' }),
)
const field: fc.Arbitrary<WatchResult> = fc
  .tuple(fc.constantFrom('id', 'total', '__proto__'), value)
  .map(([name, held]) => ({ name, ...held }))
const report: fc.Arbitrary<Report> = fc.oneof(
  fc
    .record({
      text: fc.string(),
      level: fc.constantFrom('info', 'warn'),
      fields: fc.array(field, { minLength: 1, maxLength: 3 }),
    })
    .map((data) => hit(data as Partial<LogHit>)),
  fc.constantFrom('a', 'b').map((id) => hit({}, id)),
  fc.constant(hit({ trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' } })),
  fc.constant<Report>({ kind: 'count', actionId: 'a', revision: 1, atMs: 1, count: 2 }),
)

const lineHead: LineHead = {
  actionId: 'a',
  revision: 1,
  level: 'info',
  fields: ['n', 'of'],
  texts: ['cart ', '/', '!'],
  fromMs: 1_000,
}
const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const line = (list: LineList, head = lineHead, span?: typeof trace) => createLogLine(head, list, 20, span)
const plain = fc.oneof(
  fc.string(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((n) => n + 0),
  fc.boolean(),
  fc.constant(null),
)
const lines = fc
  .tuple(
    fc.integer({ min: -900, max: 1e9 }),
    plain,
    plain,
    fc.constantFrom('a', 'b'),
    fc.constantFrom(undefined, trace),
  )
  .map(([sinceMs, a, b, actionId, span]) => line([0, sinceMs, a, b], { ...lineHead, actionId }, span))

describe('lines', () => {
  it('come back as the reports they stand for, among others', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(report, lines), { maxLength: 20 }), (reports) => {
        const { logs, reports: short } = shortened(reports)
        expect(decode({ logs, reports: short })).toEqual(
          reports.map((each) => (each.kind === 'line' ? toHit(each) : each)),
        )
        // A head for each action, also of copies: threads send them.
        expect(logs.filter((log) => 'texts' in log).length).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('have no text but the values in it', () => {
    expect(decode({ logs: [lineHead], reports: [[0, 5, 7, 'Ada']] })).toEqual([
      {
        kind: 'hit',
        ...{ actionId: 'a', revision: 1, atMs: 1_005 },
        data: {
          ...{ type: 'log', level: 'info', text: 'cart 7/Ada!' },
          fields: [
            { name: 'n', value: { type: 'number', value: 7 } },
            { name: 'of', value: { type: 'string', value: 'Ada' } },
          ],
        },
      },
    ])
  })

  it('have the span in which they were, after their values', () => {
    const { list } = line([0, 5, 7, 'Ada'], lineHead, trace)
    expect(list).toEqual([0, 5, 7, 'Ada', trace.traceId, trace.spanId])
    expect(decode({ logs: [lineHead], reports: [list] })).toMatchObject([
      { data: { text: 'cart 7/Ada!', fields: [{ name: 'n' }, { name: 'of' }], trace } },
    ])
    for (const tail of [[trace.traceId], [trace.traceId, 7], [trace.traceId, trace.spanId, 'more']]) {
      expect(() => decode({ logs: [lineHead], reports: [[0, 5, 7, 'Ada', ...tail]] })).toThrow()
    }
    expect(() => decode({ logs: [lineHead], reports: [[0, 5, 7, 'Ada', 'no', 'hex']] })).toThrow()
  })

  it('are sent as reports where there are too many logs, or their texts are too long', () => {
    const many = Array.from({ length: MAX_LOG_HEADS + 1 }, (_, n) =>
      line([0, 1, 1, 2], { ...lineHead, actionId: `a${n}` }),
    )
    expect(shortened(many).reports.at(-1)).toEqual(toHit(many.at(-1) as (typeof many)[number]))
    const length = (by: number) => ({
      ...lineHead,
      fields: ['', ''],
      texts: ['x'.repeat(MAX_HEAD_LENGTH + by), '', ''],
    })
    const [fits] = shortened([line([0, 1, 1, 2], length(0))]).reports
    const [other] = shortened([line([0, 1, 1, 2], length(1))]).reports
    expect([Array.isArray(fits), Array.isArray(other)]).toEqual([true, false])
  })

  it.each([
    ['with a value too few', { logs: [lineHead], reports: [[0, 1, 1]] }],
    ['with a value too many', { logs: [lineHead], reports: [[0, 1, 1, 2, 3]] }],
    ['with a value that is not plain', { logs: [lineHead], reports: [[0, 1, 1, { value: { type: 'null' } }]] }],
    ['with a time that is none', { logs: [lineHead], reports: [[0, '1', 1, 2]] }],
    ['before all time', { logs: [lineHead], reports: [[0, -2_000, 1, 2]] }],
    ['that count from no time', { logs: [{ ...lineHead, fromMs: '1' }], reports: [] }],
    ['with a text too few', { logs: [{ ...lineHead, texts: ['a', 'b'] }], reports: [] }],
    ['with texts that are none', { logs: [{ ...lineHead, texts: ['a', 1, 'b'] }], reports: [] }],
    ['with texts too long', { logs: [{ ...lineHead, texts: ['x'.repeat(MAX_HEAD_LENGTH), '', ''] }], reports: [] }],
  ])('%s are refused', (_, frame) => {
    expect(refusalOf(frame)).toBe('frame_invalid')
  })
})

describe('short logs', () => {
  it('come back as the reports they were, in their order', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 20 }), (reports) => {
        expect(decode(shortened(reports))).toEqual(reports)
      }),
    )
  })

  it('say what is the same once', () => {
    const reports = Array.from({ length: 100 }, (_, n) =>
      hit({ text: `cart ${n}`, fields: [{ name: 'n', value: { type: 'number', value: n } }] }),
    )
    expect(JSON.stringify(shortened(reports)).length).toBeLessThan(JSON.stringify(reports).length / 6)
    const { logs, reports: short } = shortened(reports)
    expect([logs, short[0]]).toMatchObject([[{ actionId: 'a', fields: ['n'] }], [0, 1, 'cart 0', 0]])
  })

  it('are of so many logs, with so long names; the others are sent as they are', () => {
    const reports = Array.from({ length: MAX_LOG_HEADS + 1 }, (_, n) => hit({}, `a${n}`))
    const { logs, reports: short } = shortened(reports)
    expect([logs.length, short.at(-2), short.at(-1)]).toEqual([
      MAX_LOG_HEADS,
      [MAX_LOG_HEADS - 1, 1, 'x'],
      reports.at(-1),
    ])
    expect(decode({ logs, reports: short })).toEqual(reports)
    for (const [length, isShort] of [
      [MAX_HEAD_LENGTH, true],
      [MAX_HEAD_LENGTH + 1, false],
    ] as const) {
      const [one] = shortened([hit({ fields: [{ name: 'n'.repeat(length), error: '' }] })]).reports
      expect(Array.isArray(one)).toBe(isShort)
    }
  })

  const log = { actionId: 'a', revision: 1, level: 'info', fields: ['n'] }
  it.each([
    ['of a log that is not there', { logs: [log], reports: [[1, 1, 'x', 1]] }],
    ['of no log', { logs: [log], reports: [['length', 1, 'x', 1]] }],
    ['without logs', { reports: [[0, 1, 'x', 1]] }],
    ['with a value too few', { logs: [log], reports: [[0, 1, 'x']] }],
    ['with a value too many', { logs: [log], reports: [[0, 1, 'x', 1, 2]] }],
    ['with a value that is none', { logs: [log], reports: [[0, 1, 'x', { value: 1 }]] }],
    ['with a list for a value', { logs: [log], reports: [[0, 1, 'x', [1]]] }],
    ['with a time that is none', { logs: [log], reports: [[0, '1', 'x', 1]] }],
    ['with a text that is none', { logs: [log], reports: [[0, 1, 2, 1]] }],
    ['that are empty', { logs: [log], reports: [[]] }],
    ['of an unknown level', { logs: [{ ...log, level: 'loud' }], reports: [[0, 1, 'x', 1]] }],
    ['of an action that is none', { logs: [{ ...log, actionId: 1 }], reports: [[0, 1, 'x', 1]] }],
    ['of logs that are no list', { logs: { 0: log, length: 1 }, reports: [[0, 1, 'x', 1]] }],
    ['of a log without fields', { logs: [{ ...log, fields: undefined }], reports: [[0, 1, 'x']] }],
    ['of fields that are no names', { logs: [{ ...log, fields: [1] }], reports: [[0, 1, 'x', 1]] }],
    ['of too many logs', { logs: Array.from({ length: MAX_LOG_HEADS + 1 }, () => log), reports: [] }],
    ['of names too long', { logs: [{ ...log, fields: ['n'.repeat(MAX_HEAD_LENGTH + 1)] }], reports: [] }],
  ])('%s are refused', (_, frame) => {
    expect(refusalOf(frame)).toBe('frame_invalid')
  })

  it('with anything in any place are reports or refused', () => {
    const anything = fc.jsonValue()
    fc.assert(
      fc.property(fc.array(anything), fc.array(fc.oneof(anything, fc.array(anything))), (logs, reports) => {
        expect(refusalOf({ logs: [log, ...logs], reports }) ?? 'frame_invalid').toBe('frame_invalid')
      }),
    )
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 5 }), (rest) => {
        expect(refusalOf({ logs: [log], reports: [[0, 1, ...rest]] }) ?? 'frame_invalid').toBe('frame_invalid')
      }),
    )
  })
})
