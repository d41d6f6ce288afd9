import { weave } from '@lightrun/instrument'
import { describe, expect, it } from 'vitest'
import { createEligibility } from './eligible.ts'
import type { HostFormat, Source } from './load-hook.ts'
import { readScriptText } from './script-text.ts'
import type { Script } from './scripts.ts'
import { typeScriptMode } from './strip-types.ts'
import { createWeaveOnLoad } from './weave-on-load.ts'
import { createWeaver } from './weaver.ts'

const CODE = 'function f(a) {\n  return a + 1\n}\n'

function setUp(files: Record<string, string> = {}) {
  const scripts: Script[] = []
  const excluded: string[] = []
  const cells: string[] = []
  const transform = createWeaveOnLoad({
    eligibility: createEligibility({ nodeModules: false, ownDirectories: ['/own/'] }),
    weaver: createWeaver(weave),
    recorder: {
      loaded(script, names) {
        scripts.push(script)
        cells.push(...names)
      },
      excluded: (path, format) => excluded.push(`${path} ${format}`),
      isWoven: (_path, text) => text.includes('$lr_'),
    },
    sizeOnDisk: (path) => (files[path] === undefined ? undefined : Buffer.byteLength(files[path])),
  })
  return {
    scripts,
    excluded,
    cells,
    load: (source: Source, path: string, format: HostFormat) => transform(source, { path, format }),
    text: async () => {
      const [script] = scripts
      if (script === undefined) throw new Error('nothing was loaded')
      return readScriptText(script, async (path) => files[path] ?? '')
    },
  }
}

describe('a module as it loads', () => {
  it('is woven, and noted with the cells it needs', () => {
    const { load, scripts, cells } = setUp({ '/app/a.js': CODE })
    const made = load(CODE, '/app/a.js', 'commonjs')
    expect(made?.format).toBe('commonjs')
    expect(made?.code).toContain(`typeof ${cells.at(-1)}`)
    expect(scripts).toEqual([{ status: 'woven', path: '/app/a.js', format: 'commonjs', fingerprint: cells[0] }])
  })

  it('is what its text says, where no package says it', () => {
    const { load, scripts } = setUp()
    expect(load(CODE, '/app/a.js', undefined)?.format).toBeUndefined()
    expect(load(`export ${CODE}`, '/app/b.js', undefined)?.format).toBeUndefined()
    expect(scripts).toMatchObject([{ format: 'commonjs' }, { format: 'module' }])
  })

  it('is left alone when another hook of ours has woven it', () => {
    const { load, scripts } = setUp()
    const made = load(CODE, '/app/a.js', 'commonjs')
    expect(load(made?.code ?? '', '/app/a.js', 'commonjs')).toBeUndefined()
    expect(scripts).toHaveLength(1)
  })

  it('is noted by its path alone when it is excluded, and not at all when it is ours', () => {
    const { load, scripts, excluded } = setUp()
    load(CODE, '/app/node_modules/x/index.js', 'commonjs')
    load(CODE, '/own/index.js', 'module')
    expect([scripts, excluded]).toEqual([[], ['/app/node_modules/x/index.js commonjs']])
  })

  it.each([
    ['does not parse', 'let let = 1 1', 'syntax_error'],
    ['has no statement', '', 'nothing_to_weave'],
    ['nests too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'too_deep'],
    ['is huge', ' '.repeat(16_000_001), 'too_large'],
  ])('says why it is not woven: it %s', (_name, text, reason) => {
    const { load, scripts } = setUp({ '/app/a.js': text })
    expect(load(text, '/app/a.js', 'commonjs')).toBeUndefined()
    expect(scripts).toMatchObject([{ status: 'unwoven', reason, message: expect.any(String) }])
  })

  it.each([
    ['#!/usr/bin/env node\n', 'a hash bang'],
    ['\ufeff', 'a byte order mark'],
  ])('may begin with %j', (start) => {
    const { load, scripts } = setUp({ '/app/a.js': start + CODE })
    expect(load(new TextEncoder().encode(start + CODE), '/app/a.js', 'module')).toBeDefined()
    expect(scripts).toMatchObject([{ status: 'woven' }])
    expect(scripts[0]).not.toHaveProperty('text')
  })

  it('keeps the text that another tool made', async () => {
    const { load, scripts, text } = setUp({ '/app/a.coffee': '(a) -> a + 1' })
    const made = `${CODE}\n//# sourceMappingURL=data:application/json;base64,e30=`
    load(made, '/app/a.coffee', 'commonjs')
    expect(scripts[0]?.text?.from).toBe('memory')
    expect(await text()).toBe(made)
  })

  it('never fails the application for a fault of ours', () => {
    const transform = createWeaveOnLoad({
      eligibility: createEligibility({ nodeModules: false, ownDirectories: [] }),
      weaver: () => {
        throw new Error('a defect')
      },
      recorder: { loaded() {}, excluded() {}, isWoven: () => false },
      sizeOnDisk: () => 0,
    })
    expect(transform(CODE, { path: '/app/a.js', format: 'commonjs' })).toBeUndefined()
  })

  it('lets what we load ourselves meanwhile pass', () => {
    const inner: unknown[] = []
    const transform = createWeaveOnLoad({
      eligibility: createEligibility({ nodeModules: true, ownDirectories: [] }),
      weaver: (text, path, format) => {
        inner.push(transform(CODE, { path: '/app/node_modules/acorn/index.js', format: 'commonjs' }))
        return createWeaver(weave)(text, path, format)
      },
      recorder: { loaded() {}, excluded() {}, isWoven: () => false },
      sizeOnDisk: () => 0,
    })
    expect(transform(CODE, { path: '/app/a.js', format: 'commonjs' })).toBeDefined()
    expect(inner).toEqual([undefined])
  })
})

describe.runIf(typeScriptMode() === 'strip')('TypeScript that Node runs itself', () => {
  const TYPED = 'function f(a: number): number {\n  return a + 1\n}\n'

  it('is woven as Node compiles it, and its text is found again in the file', async () => {
    const { load, scripts, text } = setUp({ '/app/a.ts': TYPED })
    expect(load(TYPED, '/app/a.ts', 'module-typescript')?.format).toBe('module')
    expect(scripts).toMatchObject([{ status: 'woven', format: 'module', text: { from: 'typescript' } }])
    const again = weave(await text(), { filename: '/app/a.ts', format: 'module' })
    expect(again).toMatchObject({ cells: [(scripts[0] as { fingerprint?: string }).fingerprint] })
  })

  it('stays as it is where Node refuses it', () => {
    const { load, scripts } = setUp()
    expect(load('enum A { B }', '/app/a.ts', 'typescript')).toBeUndefined()
    expect(scripts).toMatchObject([{ status: 'unwoven', reason: 'syntax_error' }])
  })

  it('gives no warning', async () => {
    const warnings: unknown[] = []
    process.on('warning', (warning) => warnings.push(warning))
    setUp().load(TYPED, '/app/a.ts', 'typescript')
    await new Promise(setImmediate)
    expect(warnings).toEqual([])
  })
})
