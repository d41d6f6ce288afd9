import { createHash } from 'node:crypto'
import { type AskedPosition, LightrunError } from '@lightrun/core'
import { type Site, type Woven, weave } from '@lightrun/instrument'
import { describe, expect, it } from 'vitest'
import { createScripts, type Script } from '../load/scripts.ts'
import { createEarlierScripts } from './earlier-scripts.ts'
import { MAX_SOURCE_MAP_LENGTH } from './map/limits.ts'
import { createScriptReader } from './read-scripts.ts'
import { createResolver } from './resolve.ts'

interface Setting {
  loaded?: string[]
  /** Loaded before the hooks, by `require`. */
  earlier?: string[]
  excluded?: string[]
}

function setUp(files: Record<string, string>, { loaded, earlier = [], excluded = [] }: Setting = {}) {
  const scripts = createScripts()
  for (const path of loaded ?? Object.keys(files).filter((each) => each.endsWith('.js'))) {
    scripts.add(toScript(path, files[path] ?? ''))
  }
  for (const path of excluded) scripts.exclude(path, 'commonjs')
  const readText = async (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT ${path}`)
    return text
  }
  const reader = createScriptReader({ readText, maxMapLength: MAX_SOURCE_MAP_LENGTH })
  /** How many frames the reader was asked for, each time. */
  const asked: number[] = []
  const resolver = createResolver({
    scripts,
    reader: {
      ...reader,
      originals(script, places) {
        asked.push(places.length)
        return reader.originals(script, places)
      },
    },
    earlier: createEarlierScripts({
      scripts,
      requireCache: () => earlier,
      entry: loaded?.[0],
      loaded: { all: () => Promise.reject(new Error('no inspector')) },
      isOurs: () => false,
    }),
    compiled: async () => [],
  })
  const at = async (position: AskedPosition) => {
    const { places, position: found } = await resolver.resolve(position)
    return { lines: places.map(({ site }) => site.position.line + 1), file: found.file }
  }
  return { asked, at, files, resolver, scripts }
}

function toScript(path: string, text: string): Script {
  const woven = weave(text, { filename: path, format: 'commonjs' })
  return woven.status === 'woven'
    ? { status: 'woven', path, format: 'commonjs', fingerprint: woven.cells[0] ?? '' }
    : { status: 'unwoven', path, format: 'commonjs', reason: woven.reason, message: woven.message }
}

async function refusal(attempt: Promise<unknown>): Promise<LightrunError> {
  const error = await attempt.then(
    () => new Error('nothing was refused'),
    (cause: unknown) => cause,
  )
  if (!LightrunError.is(error)) throw error
  return error
}

const CART =
  'function total(items) {\n  let sum = 0\n  for (const item of items) {\n    sum += item.price\n  }\n  return {\n    sum,\n  }\n}\n'
/** Two generated lines that come from lines 10 and 12 of src/cart.ts. */
const MAPPED = 'first()\nsecond()\n//# sourceMappingURL=cart.js.map'
const MAP = JSON.stringify({ version: 3, sources: ['../src/cart.ts'], names: [], mappings: 'AASA;AAEA' })

describe('resolving a position', () => {
  it('finds the statement that begins on the line, by path suffix', async () => {
    const { at } = setUp({ '/app/lib/cart.js': CART })
    expect(await at({ file: 'lib/cart.js', line: 4 })).toEqual({ lines: [4], file: '/app/lib/cart.js' })
  })

  it('finds the code of a source line through the source map', async () => {
    const { at } = setUp({ '/app/dist/cart.js': MAPPED, '/app/dist/cart.js.map': MAP })
    expect(await at({ file: 'src/cart.ts', line: 12 })).toEqual({ lines: [2], file: '/app/src/cart.ts' })
  })

  it('finds it through an inline map, and in a bundle of another name', async () => {
    const inline = `data:application/json;base64,${Buffer.from(MAP).toString('base64')}`
    const { at } = setUp({ '/app/dist/bundle.js': MAPPED.replace('cart.js.map', inline) })
    expect(await at({ file: 'src/cart.ts', line: 10 })).toEqual({ lines: [1], file: '/app/src/cart.ts' })
  })

  it('offers the nearest line where no statement begins', async () => {
    const { at } = setUp({ '/app/lib/cart.js': CART })
    const error = await refusal(at({ file: 'cart.js', line: 7 }))
    expect([error.code, error.details]).toEqual(['no_code_at_line', { nearestLine: 6 }])
    expect((await refusal(at({ file: 'cart.js', line: 1 }))).details).toEqual({ nearestLine: 2 })
    expect((await refusal(at({ file: 'cart.js', line: 900 }))).details).toEqual({ nearestLine: 6 })
  })

  it('lists what tells the candidates of an ambiguous path apart, and takes it', async () => {
    const { at } = setUp({ '/app/a/cart.js': CART, '/app/b/cart.js': CART })
    const error = await refusal(at({ file: 'cart.js', line: 4 }))
    expect([error.code, error.details]).toEqual(['file_ambiguous', { candidates: ['a/cart.js', 'b/cart.js'] }])
    expect(await at({ file: 'b/cart.js', line: 4 })).toMatchObject({ file: '/app/b/cart.js' })
  })

  it('names loaded files of the same name when none matches', async () => {
    const { at } = setUp({ '/app/lib/cart.js': CART })
    const error = await refusal(at({ file: 'src/cart.js', line: 4 }))
    expect([error.code, error.details]).toEqual(['file_not_found', { candidates: ['/app/lib/cart.js'] }])
  })

  it('says so when what was made of the file has no source map', async () => {
    const { at } = setUp({ '/app/dist/cart.js': CART, '/app/dist/user.js': CART })
    const error = await refusal(at({ file: 'src/cart.ts', line: 4 }))
    expect([error.code, error.details]).toEqual(['source_map_missing', { generated: ['/app/dist/cart.js'] }])
    expect(error.message).toContain('deploy the .map file')
    // One that has a map, of other sources, is not meant.
    const mapped = setUp({ '/app/dist/cart.js': MAPPED, '/app/dist/cart.js.map': MAP })
    expect((await refusal(mapped.at({ file: 'lib/cart.tsx', line: 4 }))).code).toBe('file_not_found')
  })

  it('takes the nearest line where that is allowed, and says so', async () => {
    const { resolver } = setUp({ '/app/lib/cart.js': CART })
    const { places, position, notes } = await resolver.resolve({ file: 'cart.js', line: 7, nearest: true })
    expect([places[0]?.site.position.line, position.line, notes]).toEqual([5, 6, [{ type: 'moved', fromLine: 7 }]])
    const exact = await resolver.resolve({ file: 'cart.js', line: 4, nearest: true })
    expect([exact.position.line, exact.notes]).toEqual([4, []])
  })

  it('warns that the user looks at another file, and tells where their line is', async () => {
    const { resolver } = setUp({ '/app/lib/cart.js': CART })
    const hash = (text: string) => createHash('sha256').update(text).digest('hex')
    const asked = { file: 'cart.js', line: 5, lineText: 'sum += item.price' }
    const notes = async (text: string) => (await resolver.resolve({ ...asked, line: 4, sourceHash: hash(text) })).notes
    expect(await notes(CART)).toEqual([])
    expect(await notes(`// new\n${CART}`)).toEqual([{ type: 'source_differs', line: 4 }])
    const error = await refusal(resolver.resolve({ ...asked, sourceHash: hash('') }))
    expect([error.code, error.details]).toEqual(['no_code_at_line', { nearestLine: 4 }])
    expect(error.message).toContain('is not the one that runs, where your line is line 4')
  })

  it('finds every version that is loaded, and says which it cannot read', async () => {
    const { resolver, scripts, files } = setUp({ '/app/lib/cart.js': CART })
    files['/app/lib/cart.js'] = `\n${CART}`
    scripts.add(toScript('/app/lib/cart.js', `\n${CART}`))
    const { places, notes } = await resolver.resolve({ file: 'cart.js', line: 5 })
    expect([places.length, places[0]?.script]).toEqual([1, scripts.get('/app/lib/cart.js')])
    expect(notes).toEqual([{ type: 'partial', message: expect.stringContaining('restart the process') }])
  })

  it.each([
    ['before the agent', { earlier: ['/app/lib/cart.js'] }, 'loaded_earlier'],
    ['as a dependency', { excluded: ['/app/lib/cart.js'] }, 'excluded'],
  ])('finds what was loaded %s, which runs without probes', async (_how, setting, reason) => {
    const { resolver } = setUp({ '/app/lib/cart.js': CART }, { loaded: [], ...setting })
    const { places } = await resolver.resolve({ file: 'cart.js', line: 4 })
    expect(places).toMatchObject([{ script: { status: 'unwoven', reason }, site: { position: { line: 3 } } }])
    expect(places[0]?.site.variables.map(({ name }) => name)).toContain('item')
  })

  it('finds the source of what was loaded before the agent', async () => {
    const files = { '/app/dist/cart.js': MAPPED, '/app/dist/cart.js.map': MAP }
    const { at, resolver } = setUp(files, { loaded: [], earlier: ['/app/dist/cart.js'] })
    expect(await at({ file: 'src/cart.ts', line: 12 })).toEqual({ lines: [2], file: '/app/src/cart.ts' })
    const frame = { file: '/app/dist/cart.js', line: 2, column: 1, exact: true, function: 'f' }
    expect(await resolver.originals([frame])).toMatchObject([{ file: '/app/src/cart.ts', line: 12 }])
  })

  it('knows what another tool compiled in memory under the path of its source by its map', async () => {
    // In two parts: who runs this test looks for maps, too.
    const text = `second()\n//# ${'source'}MappingURL=data:application/json,${encodeURIComponent(
      JSON.stringify({ version: 3, sources: ['cart.js'], names: [], mappings: 'AAIA' }),
    )}`
    const { at } = setUp({ '/app/src/cart.js': text })
    expect(await at({ file: 'src/cart.js', line: 5 })).toEqual({ lines: [1], file: '/app/src/cart.js' })
  })

  it('places by the names of the source, and by those that run', async () => {
    const { places } = await setUp({
      '/app/dist/cart.js': 'function t(a){return a.b}\n//# sourceMappingURL=cart.js.map',
      '/app/dist/cart.js.map': JSON.stringify({
        version: 3,
        sources: ['../src/cart.ts'],
        names: ['cart'],
        // t( → 1:1, a → 1:16 named cart, return → 2:3
        mappings: 'AAAA,WAAeA,EACb',
      }),
    }).resolver.resolve({ file: 'src/cart.ts', line: 2 })
    const names = (site: Site | undefined) => site?.variables.map(({ name }) => name)
    expect([names(places[0]?.site), names(places[0]?.named)]).toEqual([
      ['this', 'a'],
      ['this', 'cart'],
    ])
  })

  it('says why a loaded file carries no probes', async () => {
    const { at } = setUp({ '/app/bad.js': 'let let = 1 1' })
    expect((await refusal(at({ file: 'bad.js', line: 1 }))).code).toBe('file_not_woven')
  })

  it('notices that the file changed since it was loaded', async () => {
    const { at, files } = setUp({ '/app/cart.js': CART })
    files['/app/cart.js'] = `\n${CART}`
    expect((await refusal(at({ file: 'cart.js', line: 4 }))).code).toBe('file_changed')
  })

  it.each([
    ['missing', undefined],
    ['truncated', MAP.slice(0, 40)],
    ['not a map', '{"version":3}'],
    ['not JSON', '<html>'],
  ])('says which map is broken: %s', async (_name, map) => {
    const files: Record<string, string> = { '/app/dist/cart.js': MAPPED }
    if (map !== undefined) files['/app/dist/cart.js.map'] = map
    const error = await refusal(setUp(files).at({ file: 'src/cart.ts', line: 12 }))
    expect(error.code).toBe('source_map_invalid')
    expect(error.message).toContain('/app/dist/cart.js.map')
  })

  it('reads a broken map again once it was mended', async () => {
    const { at, files } = setUp({ '/app/dist/cart.js': MAPPED })
    expect((await refusal(at({ file: 'src/cart.ts', line: 12 }))).code).toBe('source_map_invalid')
    files['/app/dist/cart.js.map'] = MAP
    expect(await at({ file: 'src/cart.ts', line: 12 })).toMatchObject({ lines: [2] })
  })

  it('puts stack frames into source positions, with columns, and leaves what has no script', async () => {
    const { resolver } = setUp({ '/app/dist/cart.js': MAPPED, '/app/dist/cart.js.map': MAP, '/app/lib/plain.js': CART })
    const wovenColumn = weave(CART, { filename: '/app/lib/plain.js', format: 'commonjs' }) as Woven
    const column = wovenColumn.code.split('\n')[1]!.indexOf('let sum') + 'let '.length + 1
    const place = { line: 2, column: 1, exact: false, function: 'f' }
    expect(
      await resolver.originals([
        { ...place, file: '/app/dist/cart.js' },
        { ...place, file: '/app/lib/plain.js', column },
        { ...place, file: 'node:internal/timers' },
      ]),
    ).toEqual([
      { file: '/app/src/cart.ts', line: 12, column: 1, function: 'f' },
      { file: '/app/lib/plain.js', line: 2, column: 7, function: 'f' },
      { file: 'node:internal/timers', line: 2, column: 1, function: 'f' },
    ])
  })

  it('asks once for a place, and again where its map could not be read or the file was loaded anew', async () => {
    const { asked, resolver, files, scripts } = setUp({ '/app/dist/cart.js': MAPPED })
    const frame = { file: '/app/dist/cart.js', line: 2, column: 1, exact: true, function: 'f' }
    const told = async (...others: (typeof frame)[]) => (await resolver.originals([...others, frame])).at(-1)?.file
    expect(await told()).toBe('/app/dist/cart.js')
    files['/app/dist/cart.js.map'] = MAP
    expect(await told()).toBe('/app/src/cart.ts')
    expect(await told()).toBe('/app/src/cart.ts')
    expect(asked).toEqual([1, 1])
    expect(await told({ ...frame, line: 1 })).toBe('/app/src/cart.ts')
    expect(asked).toEqual([1, 1, 1])
    scripts.add(toScript('/app/dist/cart.js', `${CART}// another version`))
    expect(await told()).not.toBe('/app/src/cart.ts')
  })

  it('leaves the column of a woven script out where the script cannot be read again', async () => {
    const { resolver, files } = setUp({ '/app/lib/plain.js': CART })
    delete files['/app/lib/plain.js']
    const frame = { file: '/app/lib/plain.js', line: 2, column: 40, exact: false, function: 'f' }
    expect(await resolver.originals([frame])).toEqual([{ file: '/app/lib/plain.js', line: 2, function: 'f' }])
  })
})
