import { types } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createMirror } from '../mirror/create-mirror.ts'
import { createNameRedactor } from '../redact/name-redactor.ts'
import { DEFAULT_PACKS, patternsOf } from '../redact/packs.ts'
import { createScrubber } from '../redact/scrubber.ts'
import { createCapturer } from './capture.ts'
import { DEFAULT_CAPTURE_LIMITS } from './capture-limits.ts'

const capturer = createCapturer({
  mirror: createMirror(types),
  redactor: createNameRedactor(),
  scrubber: createScrubber(patternsOf(DEFAULT_PACKS)),
  nowMicros: () => 0,
})
const CARD = '4111111111111111'
const IBAN = 'DE89370400440532013000'
const EMAIL = 'ada@example.com'
const SECRETS = [CARD, IBAN, EMAIL]
const limits = { ...DEFAULT_CAPTURE_LIMITS, maxStringLength: 40 }
const textOf = (value: unknown) => JSON.stringify(capturer.capture(value, limits))

it('no secret is in a capture, wherever in the value it was', () => {
  const text = fc
    .tuple(fc.string({ maxLength: 60 }), fc.constantFrom(...SECRETS))
    .map(([pad, secret]) => `${pad.replace(/[^ ]/g, 'x')} ${secret}`)
  const { value } = fc.letrec((tie) => ({
    leaf: fc.oneof(
      text,
      text.map((each) => new Error(each)),
      text.map((each) => Symbol(each)),
      text.map((each) => Object(each)),
      fc.constant(Number(CARD)),
      fc.constant(BigInt(CARD)),
    ),
    value: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
    ),
  }))
  fc.assert(
    fc.property(value, (each) => {
      const captured = textOf(each)
      for (const secret of SECRETS) expect(captured).not.toContain(secret)
    }),
    { numRuns: 500 },
  )
})

it('a secret that the length limit cuts is known from what follows the cut', () => {
  const text = `${'x'.repeat(33)} ${CARD}`
  expect(textOf(text)).not.toContain('4111')
  expect(textOf({ [text]: 1 })).not.toContain('4111')
  expect(textOf(new Error(text))).not.toContain('4111')
})

it('what is no secret is captured as it is', () => {
  expect(capturer.capture(1_700_000_000_000, limits)).toEqual({ type: 'number', value: 1_700_000_000_000 })
  expect(capturer.capture('sku-1234', limits)).toEqual({ type: 'string', value: 'sku-1234' })
  expect(capturer.capture(Number(CARD), limits)).toEqual({ type: 'omitted', reason: 'redacted' })
})
