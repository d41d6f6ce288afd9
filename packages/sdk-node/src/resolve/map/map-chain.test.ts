import { encodedMappings, type SourceMapSegment, TraceMap } from '@jridgewell/trace-mapping'
import { describe, expect, it } from 'vitest'
import { MAX_MAP_CHAIN } from './limits.ts'
import { createLineIndex } from './line-index.ts'
import { findSources, originOf, readMapChain, traceTo } from './map-chain.ts'

interface MapParts {
  sources: string[]
  mappings: SourceMapSegment[][]
  names?: string[]
  sourcesContent?: (string | null)[]
}

function mapOf({ sources, mappings, names = [], ...more }: MapParts): string {
  const mapped = encodedMappings(new TraceMap({ version: 3, sources, names, mappings }))
  return JSON.stringify({ version: 3, sources, names, mappings: mapped, ...more })
}

function open(path: string, files: Record<string, string>) {
  const read: string[] = []
  const readText = async (wanted: string) => {
    read.push(wanted)
    const text = files[wanted]
    if (text === undefined) throw new Error(`ENOENT ${wanted}`)
    return text
  }
  const text = files[path] ?? ''
  const chain = readMapChain({ path, text, lines: createLineIndex(text) }, { readText, maxLength: 1_000_000 })
  return { chain, read }
}

async function opened(path: string, files: Record<string, string>) {
  const { chain, read } = open(path, files)
  const found = await chain
  if (found === undefined) throw new Error('no map')
  return { chain: found, read }
}

/** price.ts, compiled (one line lower), minified into one line. */
const COMPILED = '"use strict"\nconst price = 1\n//# sourceMappingURL=price.js.map'
const FILES = {
  '/app/min/price.js': '"use strict";const a=1\n//# sourceMappingURL=price.js.map',
  '/app/min/price.js.map': mapOf({
    sources: ['../dist/price.js'],
    names: ['price'],
    mappings: [
      [
        [0, 0, 0, 0],
        [13, 0, 1, 0],
        [19, 0, 1, 6, 0],
      ],
    ],
  }),
  '/app/dist/price.js': COMPILED,
  '/app/dist/price.js.map': mapOf({
    sources: ['../src/price.ts'],
    mappings: [
      [],
      [
        [0, 0, 0, 0],
        [6, 0, 0, 6],
      ],
    ],
    sourcesContent: ['const price = 1'],
  }),
}
const SOURCE = '/app/src/price.ts'

describe('a chain of maps', () => {
  it('leads from the script to what a person wrote', async () => {
    const { chain } = await opened('/app/min/price.js', FILES)
    expect(await findSources(chain, 'src/price.ts')).toEqual([SOURCE])
    const traced = await traceTo(chain, SOURCE)
    expect(traced?.content).toBe('const price = 1')
    expect(traced?.trace(0, 19)).toMatchObject({ line: 0, column: 6, name: 'price', exact: true })
    expect(traced?.trace(0, 0)).toBeUndefined()
    expect(await originOf(chain, 0, 13)).toEqual({ file: SOURCE, line: 0, column: 0, name: undefined })
  })

  it('is read only as far as somebody asks', async () => {
    const { chain, read } = await opened('/app/min/price.js', FILES)
    expect(await findSources(chain, 'dist/price.js')).toEqual(['/app/dist/price.js'])
    expect(read).toEqual(['/app/min/price.js.map'])
  })

  it('ends where a map is missing, broken or of another build', async () => {
    const maps = [undefined, '{', mapOf({ sources: ['a'], mappings: [[], [], [], [[0, 0, 0, 0]]] })]
    for (const map of maps) {
      const { chain } = await opened('/app/min/price.js', { ...FILES, '/app/dist/price.js.map': map ?? '' })
      expect(await findSources(chain, 'price.ts')).toEqual([])
      expect(await originOf(chain, 0, 13)).toMatchObject({ file: '/app/dist/price.js', line: 1 })
    }
  })

  it('goes on below a folder around the bundle where sources have URLs', async () => {
    const bundle = mapOf({
      sources: ['webpack://shop/./dist/price.js'],
      mappings: [[[13, 0, 1, 0]]],
      sourcesContent: [COMPILED],
    })
    const { chain } = await opened('/app/out/server/main.js', {
      ...FILES,
      '/app/out/server/main.js': '"use strict";const a=1\n//# sourceMappingURL=main.js.map',
      '/app/out/server/main.js.map': bundle,
    })
    expect(await originOf(chain, 0, 13)).toMatchObject({ file: SOURCE, line: 0 })
  })

  it('does not apply a map twice that was written over the one before it', async () => {
    const files = {
      '/app/a.js': 'const a=1\n//# sourceMappingURL=a.js.map',
      '/app/a.js.map': mapOf({
        sources: ['a.js'],
        mappings: [[[0, 0, 1, 0]]],
        sourcesContent: ['\nconst price = 1\n//# sourceMappingURL=a.js.map'],
      }),
    }
    const { chain } = await opened('/app/a.js', files)
    expect(await originOf(chain, 0, 0)).toMatchObject({ file: '/app/a.js', line: 1 })
  })

  it('has an end, though each map names the script of the next', async () => {
    const files: Record<string, string> = {}
    for (let link = 0; link <= MAX_MAP_CHAIN + 2; link++) {
      const next = (link + 1) % (MAX_MAP_CHAIN + 2)
      files[`/app/${link}.js`] = `one()\n//# sourceMappingURL=${link}.map`
      files[`/app/${link}.map`] = mapOf({ sources: [`${next}.js`], mappings: [[[0, 0, 0, 0]]] })
    }
    const { chain } = await opened('/app/0.js', files)
    expect(await originOf(chain, 0, 0)).toMatchObject({ file: `/app/${MAX_MAP_CHAIN}.js` })
    expect(await findSources(chain, 'never.ts')).toEqual([])
  })
})

describe('a map that cannot be read', () => {
  it.each([
    ['/app/a.js.map, which cannot be read; deploy it', '//# sourceMappingURL=a.js.map', {}],
    ['https://cdn.example.com/a.map, which is not a file', '//# sourceMappingURL=https://cdn.example.com/a.map', {}],
    ['at most 1000000 of', '//# sourceMappingURL=a.js.map', { '/app/a.js.map': ' '.repeat(1_000_001) }],
    ['/app/a.js is not a source map', '//# sourceMappingURL=data:application/json,nothing', {}],
  ])('is named: %s', async (message, text, files) => {
    const { chain } = open('/app/a.js', { '/app/a.js': text, ...files })
    await expect(chain).rejects.toThrow(message)
    await expect(chain).rejects.toMatchObject({ code: 'source_map_invalid' })
  })

  it('is none where the script names none', async () => {
    expect(await open('/app/a.js', { '/app/a.js': 'one()' }).chain).toBeUndefined()
  })
})
