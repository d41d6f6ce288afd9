import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeEntry } from '../packages/sdk-node/src/load/cache/entry.ts'
import { typeScriptMode } from '../packages/sdk-node/src/load/strip-types.ts'
import { createStand, REGISTER, type Running, type Stand } from './support/stand.ts'

const double = (start = '') => `${start}function double(n) {\n  const twice = n * 2\n  return twice\n}\n`
const LINE = 3
const CJS = `${double()}exports.double = double\n`
const ESM = `${double()}export { double }\n`
const TS = 'export function double(n: number): number {\n  const twice = n * 2\n  return twice satisfies number\n}\n'

/** A transpiler: puts a line before the text of `*.up.*`, and a map beside it that takes the line away again. */
const TOOL = `
const mapped = (text, name) => {
  const map = { version: 3, sources: [name], names: [], mappings: ';AAAA' + ';AACA'.repeat(text.split('\\n').length) }
  const inline = Buffer.from(JSON.stringify(map)).toString('base64')
  return '/* made by a tool */\\n' + text + '\\n//# sourceMappingURL=data:application/json;base64,' + inline
}
`
const TOOL_CJS = `${TOOL}
const Module = require('node:module')
const path = require('node:path')
const load = Module._extensions['.js']
Module._extensions['.js'] = (module, file) => {
  const compile = module._compile
  if (file.endsWith('.up.cjs')) module._compile = (text, ...rest) => compile.call(module, mapped(text, path.basename(file)), ...rest)
  load(module, file)
}
`
const TOOL_HOOK = `${TOOL}
import { basename } from 'node:path'
export const makes = (url) => url.includes('.up.mjs')
export const make = (url, source) => mapped(String(Buffer.from(source)), basename(new URL(url).pathname))
export async function load(url, context, next) {
  const result = await next(url, context)
  return makes(url) ? { ...result, source: make(url, result.source) } : result
}
`
const TOOL_ESM = `
import module from 'node:module'
import { make, makes } from './tool-hook.mjs'
if (module.registerHooks) {
  module.registerHooks({
    load(url, context, next) {
      const result = next(url, context)
      return makes(url) ? { ...result, source: make(url, result.source) } : result
    },
  })
} else module.register('./tool-hook.mjs', import.meta.url)
`

describe('code, however it is loaded', () => {
  let stand: Stand
  const ask = async (app: string, position: string, format: string, ...more: string[]) => {
    const { code, stdout, stderr } = await stand.lightrun('log', app, position, format, '--json', ...more)
    if (code !== 0) throw new Error(`${position}: ${stdout}${stderr}`)
    const { id } = JSON.parse(stdout) as { id: string }
    return async (count = 1) => {
      const texts = (await stand.hits(id, count)).map(({ data }) => (data.type === 'log' ? data.text : ''))
      await stand.lightrun('rm', id)
      return texts
    }
  }
  const run = (...imports: string[]) =>
    `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)\nlet n = 0\nconst all = []\n${imports
      .map((each) => `all.push(${each})\n`)
      .join('')}setInterval(() => { n++; for (const { double } of all) double(n) }, 5)\n`

  beforeAll(async () => {
    stand = await createStand()
    await stand.write({
      'plain/library.js': CJS,
      'plain/detected.js': ESM,
      'plain/required.mjs': ESM,
      'plain/hashbang.cjs': `#!/usr/bin/env node\n${double()}exports.double = double\n`,
      'plain/bad.cjs': 'let let = 1 1\n',
      'plain/main.mjs': run(
        "require('./library.js')",
        "require('./detected.js')",
        "require('./required.mjs')",
        "require('./hashbang.cjs')",
        "(() => { try { require('./bad.cjs') } catch { return { double() {} } } })()",
        "JSON.parse('{}').x ?? await import('./library.js?v=1')",
      ),
      'again/a.cjs': CJS,
      'again/b.mjs': ESM,
      'again/main.mjs': run(
        "require('./a.cjs')",
        `(() => { require('node:fs').writeFileSync(require.resolve('./a.cjs'), ${JSON.stringify(`\n\n${CJS}`)}); delete require.cache[require.resolve('./a.cjs')]; return require('./a.cjs') })()`,
        "await import('./b.mjs?v=1')",
        "{ double: (n) => import('./b.mjs?v=2').then((module) => module.double(-n)) }",
      ),
      'tool.cjs': TOOL_CJS,
      'tool-hook.mjs': TOOL_HOOK,
      'tool.mjs': TOOL_ESM,
      'tool/a.up.cjs': CJS,
      'tool/b.up.mjs': ESM,
      'tool/main.mjs': run("require('./a.up.cjs')", "await import('./b.up.mjs')"),
      'typed/a.ts': TS,
      'typed/b.cts': TS.replace('export function', 'exports.double = function'),
      'typed/package.json': '{ "type": "module" }',
      'typed/main.ts': `const started: number = 1\n${run("await import('./a.ts')", "require('./b.cts')")}`,
    })
  })
  afterAll(() => stand.close())

  describe('plainly', () => {
    beforeAll(async () => {
      stand.app('plain', ['plain/main.mjs'])
      await stand.agent('plain')
    })

    it.each([
      ['CommonJS whose package says no type', 'plain/library.js', LINE],
      ['an ES module that Node detects by its text', 'plain/detected.js', LINE],
      ['an ES module that is required', 'required.mjs', LINE],
      ['a file with a hash bang', 'hashbang.cjs', LINE + 1],
    ])('%s', async (_name, file, line) => {
      const answer = await ask('plain', `${file}:${line}`, '{twice}', '--max-hits', '1')
      expect(Number((await answer())[0]) % 2).toBe(0)
    })

    it('a file that nobody can parse says so', async () => {
      const { code, stdout, stderr } = await stand.lightrun('log', 'plain', 'bad.cjs:1', 'x')
      expect([code, stdout + stderr]).toEqual([1, expect.stringContaining('bad.cjs')])
    })
  })

  describe('more than once', () => {
    beforeAll(async () => {
      stand.app('again', ['again/main.mjs'])
      await stand.agent('again')
    })

    it('the version on disk, after a file changed and was required again', async () => {
      const answer = await ask('again', `a.cjs:${LINE + 2}`, '{twice}', '--max-hits', '1')
      expect(Number((await answer())[0]) % 2).toBe(0)
    })

    it('every instance, of a module that was imported under two queries', async () => {
      const answer = await ask('again', `b.mjs:${LINE}`, '{twice}', '--max-hits', '8')
      const signs = (await answer(8)).map((text) => Math.sign(Number(text)))
      expect(new Set(signs)).toEqual(new Set([-1, 1]))
    })
  })

  describe.each([
    ['behind us', []],
    ['in front of us', ['--require', './tool.cjs', '--import', './tool.mjs']],
  ])('by a tool that changes it in memory, %s', (where, before) => {
    const name = `tool ${where}`
    let app: Running
    beforeAll(async () => {
      const after = before.length > 0 ? [] : ['--require', './tool.cjs', '--import', './tool.mjs']
      app =
        before.length > 0
          ? stand.app(name, [...before, '--import', REGISTER, 'tool/main.mjs'], { preload: false })
          : stand.app(name, [...after, 'tool/main.mjs'])
      await stand.agent(name)
    })

    it.each(['a.up.cjs', 'b.up.mjs'])('%s', async (file) => {
      const answer = await ask(name, `${file}:${LINE}`, '{twice}', '--max-hits', '1')
      expect(Number((await answer())[0]) % 2, app.output()).toBe(0)
    })
  })

  it.runIf(typeScriptMode() === 'strip')('by Node itself, as TypeScript', async () => {
    stand.app('typed', ['typed/main.ts'])
    await stand.agent('typed')
    for (const file of ['a.ts', 'b.cts']) {
      const answer = await ask('typed', `typed/${file}:${LINE}`, '{twice}', '--max-hits', '1')
      expect(Number((await answer())[0]) % 2).toBe(0)
    }
  })

  describe('from a warm cache', () => {
    const start = async (name: string) => {
      const app = stand.app(name, ['plain/main.mjs'], {
        env: { LIGHTRUN_WEAVE_CACHE: join(stand.folder, 'cache'), NODE_DISABLE_COMPILE_CACHE: '1' },
      })
      await stand.agent(name)
      return app
    }
    const entries = async () => {
      const folder = join(stand.folder, 'cache')
      const paths = (await readdir(folder)).toSorted().map((name) => join(folder, name))
      return Promise.all(
        paths.map(async (path) => {
          const { compiled, ...woven } = { compiled: undefined, ...decodeEntry(await readFile(path)) }
          return { path, woven, isCompiled: compiled !== undefined, ino: (await stat(path)).ino }
        }),
      )
    }
    const compiled = () =>
      vi.waitFor(async () => expect((await entries()).some(({ isCompiled }) => isCompiled)).toBe(true), 20_000)

    it('writes nothing when it is whole, heals what is damaged, and answers all the same', async () => {
      const first = await start('first')
      await compiled()
      await first.kill()
      const before = await entries()
      expect(before.length).toBeGreaterThanOrEqual(5)
      await (await start('second')).kill()
      expect((await entries()).map(({ ino }) => ino)).toEqual(before.map(({ ino }) => ino))

      for (const [index, { path }] of before.entries()) {
        if (index % 2 === 0) await truncate(path, 50)
        else await writeFile(path, (await readFile(path)).reverse())
      }
      await start('third')
      const answer = await ask('third', `plain/library.js:${LINE}`, '{twice}', '--max-hits', '1')
      expect(Number((await answer())[0]) % 2).toBe(0)
      await compiled()
      expect((await entries()).map(({ woven }) => woven)).toEqual(before.map(({ woven }) => woven))
    })
  })
})
