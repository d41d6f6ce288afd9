import { encodedMappings, TraceMap } from '@jridgewell/trace-mapping'
import { LightrunError } from '@lightrun/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_SECTION_DEPTH, MAX_SECTIONS, MAX_SOURCES } from './limits.ts'
import { createLineIndex } from './line-index.ts'
import { parseMap } from './parse-map.ts'

const TEXT = 'let a=1;let b=2\nlet c=3;let d=4\n'
const generated = (text = TEXT) => ({ path: '/app/dist/out.js', text, lines: createLineIndex(text) })
const read = (map: unknown, text?: string) => parseMap(JSON.stringify(map), '/app/dist/out.js.map', generated(text))

function refusal(map: unknown, text?: string): string {
  try {
    parseMap(typeof map === 'string' ? map : JSON.stringify(map), '/app/dist/out.js.map', generated(text))
  } catch (error) {
    if (LightrunError.is(error) && error.code === 'source_map_invalid') return error.message
    throw error
  }
  throw new Error('it was taken')
}

/** One source, and its line for each line of the script. */
const plain = (source: string, ...lines: number[]) => ({
  version: 3,
  sources: [source],
  names: [],
  mappings: encodedMappings(
    new TraceMap({ version: 3, sources: [source], names: [], mappings: lines.map((line) => [[0, 0, line, 0]]) }),
  ),
})
const section = (line: number, column: number, map: unknown) => ({ offset: { line, column }, map })

describe('an indexed map', () => {
  it('has a section for each part of the script, down to the column', () => {
    const map = read({
      version: 3,
      sections: [
        section(0, 0, plain('a.ts', 10)),
        section(0, 8, plain('b.ts', 20, 21)),
        section(1, 8, plain('c.ts', 30)),
      ],
    })
    const at = (line: number, column: number) => {
      const found = map.original(line, column)
      return found && [map.sources[found.source], found.line]
    }
    expect([at(0, 0), at(0, 7), at(0, 8), at(1, 0), at(1, 8)]).toEqual([
      ['/app/dist/a.ts', 10],
      ['/app/dist/a.ts', 10],
      ['/app/dist/b.ts', 20],
      ['/app/dist/b.ts', 21],
      ['/app/dist/c.ts', 30],
    ])
  })

  it('may hold others, to a depth', () => {
    const nested = (depth: number): object =>
      depth === 0 ? plain('a.ts', 7) : { version: 3, sections: [section(0, 0, nested(depth - 1))] }
    expect(read(nested(MAX_SECTION_DEPTH)).original(0, 0)?.line).toBe(7)
    expect(refusal(nested(MAX_SECTION_DEPTH + 1))).toContain('sections nest')
    expect(refusal(`${'{"sections":[{"offset":{"line":0,"column":0},"map":'.repeat(50_000)}`)).toContain('not a source')
  })

  it('may have so many sections and sources, and no more', () => {
    const many = Array.from({ length: MAX_SECTIONS + 1 }, () => section(0, 0, plain('a.ts', 7)))
    expect(read({ sections: many.slice(1) }).sources.length).toBe(MAX_SECTIONS)
    expect(refusal({ sections: many })).toContain('sections')
    const sources = Array.from({ length: MAX_SOURCES + 1 }, () => 'a')
    expect(read({ sources: sources.slice(1), mappings: '' }).sources.length).toBe(MAX_SOURCES)
    expect(refusal({ sources, mappings: '' })).toContain('sources')
  })

  it.each([
    ['no list', { sections: {} }],
    ['nothing', { sections: [null] }],
    ['no offset', { sections: [{ map: plain('a.ts', 1) }] }],
    ['a negative offset', { sections: [section(-1, 0, plain('a.ts', 1))] }],
    ['half an offset', { sections: [section(0.5, 0, plain('a.ts', 1))] }],
    ['a URL, as a draft of the format had it', { sections: [{ offset: { line: 0, column: 0 }, url: 'a.map' }] }],
  ])('is refused when its sections are %s', (_what, map) => {
    expect(refusal(map)).toContain('is not a source map')
  })

  it('that begins far behind the script costs nothing', () => {
    expect(refusal({ sections: [section(Number.MAX_SAFE_INTEGER, 0, plain('a.ts', 1))] })).toContain('another build')
  })
})

describe('a map', () => {
  it('may begin with the line that servers put before JSON', () => {
    const text = `)]}'\n${JSON.stringify(plain('a.ts', 4))}`
    expect(parseMap(text, '/app/dist/out.js.map', generated()).original(0, 3)?.line).toBe(4)
  })

  it('may lack sources, names and texts, and have some of the wrong kind', () => {
    const map = read({ ...plain('a.ts', 4), sources: [null], names: undefined, sourcesContent: [7] })
    expect([map.sources, map.contents]).toEqual([['unnamed source 0'], [undefined]])
    expect(map.original(0, 0)?.line).toBe(4)
  })

  it('that is in the script itself may mean its path by no name', () => {
    const unnamed = JSON.stringify({ ...plain('a.ts', 4), sources: [''] })
    expect(parseMap(unnamed, '/app/dist/out.js', generated()).sources).toEqual(['/app/dist/out.js'])
    expect(parseMap(unnamed, '/app/dist/out.js.map', generated()).sources).toEqual(['unnamed source 0'])
  })

  it.each([
    ['cut off', JSON.stringify(plain('a.ts', 1)).slice(0, -5)],
    ['a page', '<html>'],
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['of version 2', '{"version":2,"lineMaps":[]}'],
    ['of no base64', '{"version":3,"sources":[],"names":[],"mappings":"A!"}'],
  ])('is refused when it is %s', (_what, text) => {
    expect(refusal(text)).toMatch(/\/app\/dist\/out\.js\.map is not a source map.*build it again/)
  })

  it('of another build is refused: it points behind the script', () => {
    expect(refusal(plain('a.ts', 1, 2, 3, 4, 5, 6))).toContain('belongs to another build: 3 of its 6 places')
  })

  const word = fc.constantFrom('price', 'cart', 'total', 'item', 'owner', 'sum', 'net', 'gross')
  const program = fc.array(word, { minLength: 60, maxLength: 60 })
  /** Every word is a line, in the script and in the source. */
  const wordMap = (words: readonly string[]) => ({
    ...plain('a.ts', ...words.map((_, line) => line)),
    sourcesContent: [words.join('\n')],
  })
  it('of another build is refused: other names stand at its places', () => {
    const names = Array.from({ length: 60 }, (_, index) => `name${index}`)
    const moved = [...names.slice(1), 'added']
    expect(refusal(wordMap(names), moved.join('\n'))).toContain('is not what its sources say')
  })
  it('of this build is taken', () => {
    fc.assert(
      fc.property(program, (words) => {
        expect(read(wordMap(words), words.join('\n')).original(3, 0)?.line).toBe(3)
      }),
    )
  })

  it('of any shape is read or refused, and nothing else happens', () => {
    const field = fc.constantFrom('version', 'sources', 'names', 'mappings', 'sections', 'sourcesContent', 'sourceRoot')
    const json = fc.dictionary(fc.oneof(field, fc.string()), fc.oneof(fc.jsonValue(), fc.constant('AAAA;AACA')))
    fc.assert(
      fc.property(json, (map) => {
        try {
          read(map)
        } catch (error) {
          expect(LightrunError.is(error) && error.code).toBe('source_map_invalid')
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
