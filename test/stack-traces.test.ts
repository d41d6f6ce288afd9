import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const SDK = fileURLToPath(new URL('../packages/sdk-node/dist/', import.meta.url))

/** Each module tells the stack that it runs on, and loads the next. */
const tell = (name: string) => `console.log(JSON.stringify(['${name}', new Error('here').stack]))`
const FILES = {
  'empty.cjs': '',
  'main.cjs': `Error.stackTraceLimit = Infinity
${tell('the entry')}
require('./required.cjs')
import('./imported.mjs')
`,
  'required.cjs': `${tell('required CommonJS')}\nexports.required = true\n`,
  'imported.mjs': `import { createRequire } from 'node:module'
import './imported.cjs'
${tell('an imported ES module')}
createRequire(import.meta.url)('./required.mjs')
`,
  'imported.cjs': `${tell('imported CommonJS')}\nexports.imported = true\n`,
  'required.mjs': `${tell('a required ES module')}\nexport const required = true\n`,
}
const MODULES = ['the entry', 'required CommonJS', 'imported CommonJS', 'an imported ES module', 'a required ES module']

const isOurs = (frame: string) => frame.includes(SDK)
const isCompile = (frame: string) => frame.includes('Module._compile (node:')

/** Woven text has other columns, and V8 finds no name for Node's `_compile` once ours stands under it. */
const comparable = (stack: string) =>
  stack
    .replace(/:\d+(\)?)$/gm, '$1')
    .replaceAll(
      'Module.<anonymous> (node:internal/modules/cjs/loader',
      'Module._compile (node:internal/modules/cjs/loader',
    )
    .split('\n')

describe.each([
  ['--require', ['--require', './empty.cjs'], ['--require', `${SDK}register.cjs`]],
  ['--import', ['--import', './empty.cjs'], ['--import', `${SDK}register.js`]],
])('what a module sees of the stack it runs on, preloaded with %s', (_option, without, preload) => {
  let folder: string
  const run = async (options: readonly string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [...options, 'main.cjs'], {
      cwd: folder,
      env: {
        ...process.env,
        NODE_NO_WARNINGS: '1',
        LIGHTRUN_SECRET: 'secret',
        LIGHTRUN_API_ENDPOINT: 'http://127.0.0.1:9',
        LIGHTRUN_WEAVE_CACHE: join(folder, 'cache'),
      },
    })
    const lines = stdout.trim().split('\n')
    return new Map(lines.map((line) => JSON.parse(line) as [string, string]))
  }
  let plain: Map<string, string>
  let cold: Map<string, string>
  let warm: Map<string, string>
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'lightrun-stacks-')))
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text)
    plain = await run(without)
    cold = await run(preload)
    warm = await run(preload)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(MODULES)('%s: every frame that is there without us, in that order', (module) => {
    const expected = comparable(plain.get(module) ?? '')
    expect(expected.length).toBeGreaterThan(1)
    for (const seen of [cold, warm]) {
      expect(comparable(seen.get(module) ?? '').filter((frame) => !isOurs(frame))).toEqual(expected)
    }
  })

  it.each(MODULES)('%s: one frame of ours below each Module._compile, and one above at most', (module) => {
    const compiles = comparable(plain.get(module) ?? '').filter(isCompile).length
    for (const seen of [cold, warm]) {
      const ours = comparable(seen.get(module) ?? '').filter(isOurs)
      const hooks = ours.filter((frame) => frame.includes(' Module._compile ('))
      expect(hooks).toHaveLength(compiles)
      expect(ours.length).toBeLessThanOrEqual(2 * compiles)
    }
  })

  it('an imported ES module sees nothing of us', () => {
    expect(comparable(warm.get('an imported ES module') ?? '').filter(isOurs)).toEqual([])
  })
})
