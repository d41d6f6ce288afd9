import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Task } from '@lightrun/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runApplication } from './support/application.ts'

const nodeMajor = Number(process.versions.node.split('.')[0])
const COUNTER: Task = { type: 'counter', name: 'n' }
const log = (format: string): Task => ({ type: 'log', format, level: 'info', targets: ['server'] })

/** Lines 1, 2, 3 of a script are lines 11, 12, 13 of `src/cart.ts`. */
const MAP = { version: 3, sources: ['src/cart.ts'], names: [], mappings: 'AAUA;AACA;AACA' }
const cart = (word: string) => `exports.cart = function cart(n) {
  const word = '${word}' + n
  return word
}
`
const mapped = (word: string, map: unknown = MAP) =>
  `${cart(word)}//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify(map))}\n`
/** Calls what it finds under `run`, again and again. */
const MAIN = `let n = 0
exports.run = undefined
setInterval(() => exports.run?.(n++), 5)
`

describe('where code comes from, in a process', () => {
  let folder: string
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'lightrun-code-')))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const write = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  }

  it('a question waits for code that loads late', async () => {
    await write({
      'cart.cjs': mapped('late'),
      'main.cjs': `${MAIN}setTimeout(() => { exports.run = require('./cart.cjs').cart }, 700)`,
    })
    await using application = runApplication(['main.cjs'], folder)
    const question = application.post({ file: 'src/cart.ts', line: 13 }, log('{word}'))
    expect(await question.status('failed')).toMatchObject({ code: 'file_not_found' })
    expect(await question.status('placed')).toMatchObject({ engine: 'weave', position: { line: 13 } })
    const [hit] = await question.hits(1)
    expect(hit).toMatchObject({ text: expect.stringMatching(/^late\d/) })
  })

  it('what a required ES module imports is woven, or said to be unseen where Node shows it to nobody', async () => {
    await write({
      'required.mjs': "import { cart } from './imported.mjs'\nexport const run = (n) => cart(n)\n",
      'imported.mjs': cart('far').replace('exports.cart =', 'export'),
      'main.cjs': `${MAIN}exports.run = require('./required.mjs').run`,
    })
    await using application = runApplication([join(folder, 'main.cjs')], tmpdir())
    const required = await application.ask({ file: 'required.mjs', line: 2 }, COUNTER)
    expect(await required.status('placed')).toMatchObject({ engine: 'weave' })
    const question = await application.ask({ file: 'imported.mjs', line: 3 }, log('{word}'))
    expect(await question.status('placed')).toMatchObject(
      nodeMajor >= 22
        ? { engine: 'weave' }
        : { engine: 'inspector', reason: expect.stringContaining('Node.js before 22.15') },
    )
    const [hit] = await question.hits(1)
    expect(hit).toMatchObject({ text: expect.stringMatching(/^far\d/) })
  })

  it('a module that is required again after it changed is asked in its new version, and the old one is named', async () => {
    await write({
      'cart.cjs': mapped('old'),
      'main.cjs': `${MAIN}
        const fs = require('fs'), file = require.resolve('./cart.cjs')
        const old = require(file).cart
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('old', 'new'))
        delete require.cache[file]
        const cart = require(file).cart
        exports.run = (n) => { old(n); cart(n) }`,
    })
    await using application = runApplication(['main.cjs'], folder)
    const question = await application.ask({ file: 'src/cart.ts', line: 13 }, log('{word}'))
    expect((await question.status('placed')).notes).toEqual([
      { type: 'partial', message: expect.stringContaining('restart the process') },
    ])
    const [hit] = await question.hits(1)
    expect(hit).toMatchObject({ text: expect.stringMatching(/^new\d/) })
  })

  it('a module that is imported under two queries is asked in both', async () => {
    await write({
      'cart.mjs': mapped('x').replace('exports.cart =', 'export default'),
      'main.mjs': `
        const [one, two] = [await import('./cart.mjs?one'), await import('./cart.mjs?two')]
        setInterval(() => { one.default(1); two.default(2) }, 5)`,
    })
    await using application = runApplication(['main.mjs'], folder)
    const question = await application.ask({ file: 'src/cart.ts', line: 13 }, log('{word}'))
    const texts = (await question.hits(4)).map((hit) => hit.type === 'log' && hit.text)
    expect(new Set(texts)).toEqual(new Set(['x1', 'x2']))
  })

  it('code that was loaded before the agent is found by its source', async () => {
    await write({
      'cart.cjs': mapped('early'),
      'main.cjs': `${MAIN}exports.run = require('./cart.cjs').cart; import(process.env.AGENT)`,
    })
    await using application = runApplication(['main.cjs'], folder, { preload: false })
    const question = await application.ask({ file: 'src/cart.ts', line: 13 }, log('{word}'))
    expect(await question.status('placed')).toMatchObject({
      engine: 'inspector',
      reason: 'it was loaded before lightrun',
    })
    const [hit] = await question.hits(1)
    expect(hit).toMatchObject({ text: expect.stringMatching(/^early\d/) })
  })

  it('the same file in two packages is asked in the one that is named, and both are offered where none is', async () => {
    for (const name of ['a', 'b']) await mkdir(join(folder, name))
    await write({
      'a/cart.cjs': cart('x'),
      'b/cart.cjs': cart('x'),
      'main.cjs': `${MAIN}const [a, b] = [require('./a/cart.cjs'), require('./b/cart.cjs')]
        exports.run = (n) => { a.cart('a' + n); b.cart('b' + n) }`,
    })
    await using application = runApplication(['main.cjs'], folder)
    const either = application.post({ file: 'cart.cjs', line: 3 }, COUNTER)
    const { code, message } = await either.status('failed')
    expect([code, message]).toEqual(['file_ambiguous', expect.stringMatching(/a\/cart\.cjs.*b\/cart\.cjs/)])
    const question = await application.ask({ file: 'b/cart.cjs', line: 3 }, log('{word}'))
    const texts = (await question.hits(4)).map((hit) => hit.type === 'log' && hit.text)
    expect(texts.filter((text) => !/^xb\d+$/.test(String(text)))).toEqual([])
  })

  it.each([
    ['missing', (text: string) => `${text}//# sourceMappingURL=nowhere.map\n`],
    ['truncated', (text: string) => `${text}//# sourceMappingURL=data:application/json,%7B%22version%22\n`],
    ['of another build', () => mapped('x', { ...MAP, mappings: ';;;;;;;;;;AAUA;AACA;AACA' })],
    ['endless', () => mapped('x', { sections: [{ offset: { line: 2 ** 50, column: 0 }, map: MAP }] })],
  ])('a map that is %s is said to be so, and the application goes on', async (_what, write_) => {
    await write({ 'cart.cjs': write_(cart('x')), 'main.cjs': `${MAIN}exports.run = require('./cart.cjs').cart` })
    await using application = runApplication(['main.cjs'], folder)
    const question = application.post({ file: 'src/cart.ts', line: 13 }, COUNTER)
    expect(await question.status('failed')).toMatchObject({ code: 'source_map_invalid' })
    const script = await application.ask({ file: 'cart.cjs', line: 3 }, COUNTER)
    expect(await script.counted(3)).toBeGreaterThanOrEqual(3)
    expect(application.output()).toBe('')
  })

  it('a map that is built to fill the memory fills that of a thread, and the next question is answered', async () => {
    await write({
      'cart.cjs': `${cart('x')}//# sourceMappingURL=cart.map\n`,
      'cart.map': `{"version":3,"mappings":${'['.repeat(16_000_000)}`,
      'main.cjs': `${MAIN}exports.run = require('./cart.cjs').cart`,
    })
    await using application = runApplication(['main.cjs'], folder)
    const question = application.post({ file: 'src/cart.ts', line: 13 }, COUNTER)
    expect(await question.status('failed')).toMatchObject({ code: 'source_map_invalid' })
    const script = await application.ask({ file: 'cart.cjs', line: 3 }, COUNTER)
    expect(await script.counted(3)).toBeGreaterThanOrEqual(3)
    expect(application.output()).toBe('')
  })

  // On Node 20 the hook for ES modules is a thread, too.
  it.runIf(nodeMajor >= 22)('where threads are not allowed, maps are read all the same', async () => {
    await write({ 'cart.cjs': mapped('x'), 'main.cjs': `${MAIN}exports.run = require('./cart.cjs').cart` })
    const permission = nodeMajor >= 23 ? '--permission' : '--experimental-permission'
    const flags = [permission, '--allow-fs-read=*', '--allow-fs-write=*']
    await using application = runApplication([...flags, 'main.cjs'], folder)
    const question = await application.ask({ file: 'src/cart.ts', line: 13 }, log('{word}'))
    const [hit] = await question.hits(1)
    expect(hit).toMatchObject({ text: expect.stringMatching(/^x\d/) })
  })

  it('the thread that reads keeps no process alive and says nothing', async () => {
    await write({
      'cart.cjs': mapped('x'),
      'main.cjs': `const { cart } = require('./cart.cjs')
        let n = 0
        const timer = setInterval(() => { cart(n); if (++n > 200) clearInterval(timer) }, 5)`,
    })
    await using application = runApplication(['main.cjs'], folder)
    await application.ask({ file: 'src/cart.ts', line: 13 }, COUNTER)
    expect(await application.exited).toBe(0)
    // The scripted transport of this test cannot be used once the process ends, and the agent says what that cost.
    expect(application.output()).toMatch(
      /^(lightrun: the process ended before (it knew whether )?\d+ reports? (was|were) delivered(: \d+ counted)?\n)*$/,
    )
  })
})
