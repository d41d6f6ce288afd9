import { types } from 'node:util'
import {
  createCapturer,
  createMirror,
  createScrubber,
  DEFAULT_PACKS,
  type HitReport,
  LOG_CAPTURE_LIMITS,
  type LogLine,
  type LogTask,
  patternsOf,
  type TraceContext,
  toHit,
} from '@lightrun/core'
import type { Evaluation } from '@lightrun/sandbox'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { FormatPart } from './expressions.ts'
import { createLogTask } from './log-task.ts'

const scrubber = createScrubber(patternsOf(DEFAULT_PACKS))
const capturer = createCapturer({
  mirror: createMirror(types),
  redactor: { hides: () => false },
  scrubber,
})
const limits = { ...LOG_CAPTURE_LIMITS, maxStringLength: 40 }

function setUp(
  parts: readonly FormatPart[],
  isClear = scrubber.isClear,
  targets: LogTask['targets'] = ['server', 'stdout'],
  trace?: TraceContext,
) {
  const hits: HitReport[] = []
  const lines: LogLine[] = []
  const printed: string[] = []
  const action = { actionId: 'a', revision: 3 }
  let atMs = 1_000
  const log = createLogTask({
    task: { type: 'log', format: '', level: 'info', targets },
    parts,
    capture: (value) => capturer.capture(value, limits),
    scrub: scrubber.scrub,
    isClear,
    maxPlainLength: limits.maxStringLength,
    traceContext: () => trace,
    action,
    now: () => ++atMs,
    report: (data, atMs) => void hits.push({ kind: 'hit', ...action, atMs, data }),
    reportLine(line) {
      lines.push(line)
      hits.push(toHit(line))
    },
    settled: () => Promise.resolve(),
    sink: { info: (text) => printed.push(text), warn() {}, error() {} },
  })
  return { log, hits, lines, printed }
}

const values = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '4111 1111 1111 1111',
    'ada@example.com',
    'eyJhbGciOiJIUzI1NiIsInR5',
    'x'.repeat(41),
    'Bearer ',
    'abcdefgh12345678',
  ),
  fc.double(),
  fc.constantFrom(4111111111111111, -0, 1e21, 10n, undefined, null, true, [1, 'two'], { a: 1 }),
)
const outcomes = fc.oneof(
  { weight: 9, arbitrary: values.map((value): Evaluation => ({ status: 'value', value })) },
  { weight: 1, arbitrary: fc.constant<Evaluation>({ status: 'omitted', reason: 'redacted' }) },
  { weight: 1, arbitrary: fc.constant<Evaluation>({ status: 'failed', message: 'x is not defined here' }) },
)
const formats = fc.array(fc.oneof(fc.constantFrom('', 'cart ', ' of ', 'Bearer ', '@', '4111'), outcomes), {
  maxLength: 5,
})

it('a hit says the same, and prints the same, whether it is kept as a line or captured value by value', () => {
  fc.assert(
    fc.property(formats, fc.constantFrom('a', 'abcdef'), (format, names) => {
      // With one name for all a value stands there twice.
      const parts = format.map(
        (part, index): FormatPart =>
          typeof part === 'string' ? part : { field: names[index] ?? 'a', evaluate: () => part },
      )
      const [either, captured] = [setUp(parts), setUp(parts, () => false)]
      for (const { log } of [either, captured]) log.perform([])
      expect(captured.lines).toEqual([])
      expect(either.printed).toEqual(captured.printed)
      // The clock goes on when a line is made ready.
      const untimed = ({ data }: HitReport) => data
      expect(either.hits.map(untimed)).toEqual(captured.hits.map(untimed))
    }),
    { numRuns: 1_000 },
  )
})

const cart = (id: unknown): FormatPart[] => [
  'cart ',
  { field: 'id', evaluate: () => ({ status: 'value', value: id }) },
  ' is open',
]

it('plain values are kept as a list, with their time', () => {
  const { log, lines, hits } = setUp(cart('k7'))
  log.perform([])
  log.perform([])
  expect(lines.map(({ list }) => list)).toEqual([
    [0, 1, 'k7'],
    [0, 2, 'k7'],
  ])
  expect(lines[0]?.head).toBe(lines[1]?.head)
  expect(hits.map(({ atMs }) => atMs)).toEqual([1_002, 1_003])
})

it.each([
  ['a secret', 'ada@example.com'],
  ['a text that is cut', 'x'.repeat(41)],
  ['an object', { id: 1 }],
])('%s is captured as ever, and what is plain again is a line again', (_, value) => {
  let held: unknown = value
  const { log, lines, hits } = setUp([{ field: 'id', evaluate: () => ({ status: 'value', value: held }) }])
  for (let n = 0; n < 10; n++) log.perform([])
  held = 'k7'
  log.perform([])
  expect([lines.length, hits.length]).toEqual([1, 11])
})

it('holds no value once its hit was reported', () => {
  const { log, lines } = setUp(cart('k7'))
  log.perform([])
  const [line] = lines
  if (line !== undefined) line.list[2] = 'changed'
  log.perform([])
  expect(lines.map(({ list }) => list[2])).toEqual(['changed', 'k7'])
})

it('a hit in a span is a line as well, and has it', () => {
  const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
  const { log, hits, lines } = setUp(
    ['cart ', { field: 'id', evaluate: () => ({ status: 'value', value: 7 }) }],
    scrubber.isClear,
    ['server'],
    trace,
  )
  log.perform([])
  log.perform([])
  expect(lines).toHaveLength(2)
  for (const { data } of hits) expect(data).toMatchObject({ text: 'cart 7', fields: [{ name: 'id' }], trace })
})
