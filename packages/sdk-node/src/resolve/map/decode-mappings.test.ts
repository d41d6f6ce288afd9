import { encodedMappings, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIELDS, MappingsDecoder } from './decode-mappings.ts'
import { createSourceMap } from './source-map.ts'

const SOURCES = ['/a.ts', '/b.ts', '/c.ts']
const NAMES = ['price', 'cart', 'total']
const WIDTH = 200

type Segment = [number] | [number, number, number, number] | [number, number, number, number, number]

const part = (text: string) => ({
  text,
  line: 0,
  column: 0,
  untilLine: Number.POSITIVE_INFINITY,
  untilColumn: 0,
  firstSource: 0,
  sourceCount: SOURCES.length,
  firstName: 0,
  nameCount: NAMES.length,
})

function decode(text: string, lineLengths: number[] = [WIDTH]) {
  const decoder = new MappingsDecoder(lineLengths)
  decoder.add(part(text))
  return decoder.finish()
}

const place = { source: fc.nat(SOURCES.length - 1), line: fc.nat(5_000), column: fc.nat(5_000) }
const segment: fc.Arbitrary<Segment> = fc.oneof(
  fc.tuple(fc.nat(WIDTH)),
  fc.tuple(fc.nat(WIDTH), place.source, place.line, place.column),
  fc.tuple(fc.nat(WIDTH), place.source, place.line, place.column, fc.nat(NAMES.length - 1)),
)
/** Sorted, and one segment a column: of two at one place, readers may choose either. */
const line = fc
  .uniqueArray(segment, { selector: ([column]) => column, maxLength: 12 })
  .map((segments) => segments.sort(([a], [b]) => a - b))

describe('decoded mappings', () => {
  it('answer as the reference reader does, at every place', () => {
    const check = fc.property(fc.array(line, { maxLength: 8 }), fc.nat(9), fc.nat(WIDTH + 5), (lines, row, column) => {
      const reference = new TraceMap({ version: 3, sources: SOURCES, names: NAMES, mappings: lines })
      const mappings = decode(
        encodedMappings(reference),
        lines.map(() => WIDTH),
      )
      const map = createSourceMap({ sources: SOURCES, contents: [], names: NAMES, mappings })
      const expected = originalPositionFor(reference, { line: row + 1, column })
      const found = map.original(row, column)
      if (expected.source === null) expect(found).toBeUndefined()
      else {
        expect([SOURCES[found!.source], found!.line + 1, found!.column]).toEqual([
          expected.source,
          expected.line,
          expected.column,
        ])
        if (found!.exact) expect(found!.name ?? null).toBe(expected.name)
      }
    })
    fc.assert(check, { numRuns: 2_000 })
  })

  it('are sorted where a tool did not', () => {
    const { segments } = decode('UAAA,VAAA')
    expect([segments[0], segments[FIELDS]]).toEqual([0, 10])
  })

  it.each([
    ['columns before the line', 'D'],
    ['columns behind the line', `${'+'.repeat(3)}B`],
    ['lines behind the script', ';;A'],
    ['a source that is not there', 'AGAA'],
    ['a negative source', 'ADAA'],
    ['a negative source line', 'AADA'],
    ['a source line beyond all numbers', 'AA+/////DA,AA+/////DA'],
  ])('leave out and count %s', (_what, text) => {
    const { segments, outside } = decode(text)
    expect(outside).toBeGreaterThan(0)
    expect(segments.length).toBe(text.includes(',') ? FIELDS : 0)
  })

  it('leave out a name that is not there, and keep the place', () => {
    expect([...decode('AAAAU').segments]).toEqual([0, 0, 0, 0, -1])
  })

  it.each(['!', 'AA', 'AAA', 'AAAAAA', 'g', 'AAAg', '\u{1f4a9}', 'AAAA A', '++++++++A'])(
    'are refused where the text is not of the format: %s',
    (text) => {
      expect(() => decode(text)).toThrow(RangeError)
    },
  )

  it('take time and memory by their length, whatever they say', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ABCDgD+/;,;,=\u{1f4a9} '), maxLength: 2_000 })
    const check = fc.property(text, (text) => {
      try {
        const { segments, lines } = decode(text, [10, 10, 10])
        expect(segments.length).toBeLessThanOrEqual(text.length * FIELDS)
        expect(lines.length).toBe(4)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    })
    fc.assert(check, { numRuns: 2_000 })
  })

  it('skip the lines of an endless map without keeping one', () => {
    const { lines, segments } = decode(';'.repeat(4_000_000))
    expect([lines.length, segments.length]).toEqual([2, 0])
  })
})
