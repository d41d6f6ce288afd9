import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Weaving } from '../weaver.ts'
import { decodeEntry, encodeEntry } from './entry.ts'

const format = fc.constantFrom('commonjs' as const, 'module' as const)
const anyWeaving: fc.Arbitrary<Weaving> = fc.oneof(
  fc.record(
    {
      status: fc.constant('woven' as const),
      format,
      // Lone surrogates included: a text that was made in memory may have them.
      code: fc.string({ unit: 'binary' }),
      cells: fc.array(fc.stringMatching(/^\$lr_[0-9a-z]{1,11}_\d{1,4}$/)),
      standsAlone: fc.constant(true as const),
      compiled: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    },
    { requiredKeys: ['status', 'format', 'code', 'cells'] },
  ),
  fc.record({
    status: fc.constant('unwoven' as const),
    format,
    reason: fc.constantFrom('syntax_error' as const, 'nothing_to_weave' as const),
    message: fc.string(),
  }),
)

test('law: what was put is what comes out', () => {
  fc.assert(
    fc.property(anyWeaving, (weaving) => {
      expect(decodeEntry(encodeEntry(weaving))).toEqual(weaving)
    }),
  )
})

test('law: an entry that lost a piece, or has a byte changed, is none', () => {
  fc.assert(
    fc.property(anyWeaving, fc.nat(), fc.integer({ min: 1, max: 255 }), (weaving, at, change) => {
      const entry = encodeEntry(weaving)
      const position = at % entry.length
      expect(decodeEntry(entry.subarray(0, position))).toBeUndefined()
      entry[position] = (entry[position] ?? 0) ^ change
      expect(decodeEntry(entry)).toBeUndefined()
    }),
  )
})

test('an entry of the format before is none', () => {
  const rest = Buffer.from('\x01\x08\0\0\0commonjscode', 'latin1')
  const digest = Buffer.alloc(4)
  digest.writeUInt32LE(crc32(rest))
  expect(decodeEntry(Buffer.concat([digest, rest]))).toBeUndefined()
})
