import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStand, lineOf, runLightrun, type Stand } from './support/stand.ts'

const CART = `exports.cart = function cart(n) {
  const total = n * 2
  return total
}
`
/** What the developer has in front of them by now: lines have moved, and some are new. */
const EDITED = `'use strict'
// Prices are in cents.
exports.cart = function cart(n) {
  const total = n * 2
  const rounded = Math.round(total)
  return total
}
`
const app = (file: string) => `const { cart } = require('${file}')\nlet n = 0\nsetInterval(() => cart(n++), 5)\n`
/** Lines 1 to 4 are those of \`src/price.ts\`. */
const MAP = JSON.stringify({ version: 3, sources: ['../src/price.ts'], names: [], mappings: 'AAAA;AACA;AACA;AACA' })
const bundle = (comment: string) => `${CART}${comment === '' ? '' : `//# ${'sourceMappingURL'}=${comment}\n`}`

/** A developer's folder, and what the command says there. */
interface Desk {
  write(files: Readonly<Record<string, string>>): Promise<void>
  lightrun(...args: string[]): Promise<{ code: number; said: string }>
}

async function deskOf(stand: Stand): Promise<Desk> {
  const folder = join(stand.folder, 'desk')
  await mkdir(folder)
  const env = { LIGHTRUN_SERVER: stand.bootstrap.url, LIGHTRUN_API_KEY: stand.bootstrap.apiKey }
  return {
    async write(files) {
      await rm(join(folder, 'src'), { recursive: true, force: true })
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true })
        await writeFile(join(folder, name), text)
      }
    },
    async lightrun(...args) {
      const { code, stdout, stderr } = await runLightrun(args, env, folder)
      return { code, said: stdout + stderr }
    },
  }
}

describe('the file on the screen is not the one that runs', () => {
  let stand: Stand
  let desk: Desk
  beforeAll(async () => {
    stand = await createStand()
    desk = await deskOf(stand)
    await stand.write({ 'live/src/cart.cjs': CART, 'live/app.cjs': app('./src/cart.cjs') })
    stand.app('shop', ['app.cjs'], { cwd: join(stand.folder, 'live') })
    await stand.agent('shop')
  })
  afterAll(() => stand.close())

  const ask = (line: number, ...more: string[]) =>
    desk.lightrun('log', 'shop', `src/cart.cjs:${line}`, 'total {total}', ...more)

  it('the same file, with line ends of another system: nothing is said', async () => {
    await desk.write({ 'src/cart.cjs': CART.replaceAll('\n', '\r\n') })
    const { code, said } = await ask(3)
    expect(code).toBe(0)
    expect(said).not.toContain('not the file that runs')
  })

  it('a line that has moved: where it is in the file that runs, and what to ask instead', async () => {
    await desk.write({ 'src/cart.cjs': EDITED })
    const { code, said } = await ask(lineOf(EDITED, 'const total'))
    // Line 4 of the file that runs is a brace.
    expect(code).toBe(1)
    expect(said).toMatch(/no_code_at_line.*the file you look at is not the one that runs, where your line is line 2/)
    expect(said).toMatch(/lightrun log shop src\/cart\.cjs:2 /)
  })

  it('a line that is another one there: the probe is where it was asked for, and the answer says what it is not', async () => {
    await desk.write({ 'src/cart.cjs': EDITED })
    const { code, said } = await ask(lineOf(EDITED, 'exports.cart'))
    expect(code).toBe(0)
    expect(said).toMatch(/your src\/cart\.cjs is not the file that runs: what your line 3 says is line 1 there/)
  })

  it('a line that only they have: it is said that it may be elsewhere, and no line is offered', async () => {
    await desk.write({ 'src/cart.cjs': CART.replace('return total', 'return Math.round(total)') })
    const { code, said } = await ask(3)
    expect(code).toBe(0)
    expect(said).toMatch(/your src\/cart\.cjs is not the file that runs: line 3 may be elsewhere there/)
    expect(said).not.toContain('try:')
  })

  it('a line that reads the same in both: it is said quietly', async () => {
    await desk.write({ 'src/cart.cjs': `${CART}exports.more = 1\n` })
    const { code, said } = await ask(3)
    expect(code).toBe(0)
    expect(said).toMatch(/your src\/cart\.cjs is not the file that runs, but line 3 reads the same/)
  })

  it('with --no-check nothing is compared', async () => {
    await desk.write({ 'src/cart.cjs': EDITED })
    const { code, said } = await ask(3, '--no-check')
    expect(code).toBe(0)
    expect(said).not.toContain('not the file that runs')
  })
})

describe('a bundle without a map that can be used', () => {
  let stand: Stand
  let desk: Desk
  beforeAll(async () => {
    stand = await createStand()
    desk = await deskOf(stand)
  })
  afterAll(() => stand.close())

  const start = async (name: string, comment: string, map?: string) => {
    await stand.write({
      [`${name}/app.cjs`]: app('./dist/price.cjs'),
      [`${name}/dist/price.cjs`]: bundle(comment),
      ...(map === undefined ? {} : { [`${name}/dist/price.cjs.map`]: map }),
    })
    const running = stand.app(name, ['app.cjs'], { cwd: join(stand.folder, name) })
    await stand.agent(name)
    return running
  }

  it('where the map is right, lines are those of the source', async () => {
    await start('mapped', 'price.cjs.map', MAP)
    const { code, said } = await desk.lightrun('log', 'mapped', 'src/price.ts:3', 'total {total}')
    expect([code, said]).toEqual([0, expect.stringContaining('✓ mapped')])
  })

  it.each<[string, string, string | undefined, RegExp]>([
    ['unnamed', '', undefined, /source_map_missing.*dist\/price\.cjs may be made of it, but has no source map; deploy/],
    ['absent', 'price.cjs.map', undefined, /source_map_invalid.*price\.cjs\.map/],
    ['empty', 'price.cjs.map', '', /source_map_invalid/],
    ['cut', 'price.cjs.map', MAP.slice(0, 40), /source_map_invalid.*JSON/],
    ['foreign', 'price.cjs.map', MAP.replace('AAAA;', ';;;;;;;;;;;;AAAA;'), /source_map_invalid.*another build/],
    ['page', 'price.cjs.map', '<html>404</html>', /source_map_invalid.*JSON/],
  ])('%s: the status says so, and lines of the bundle are answered', async (name, comment, map, why) => {
    const running = await start(name, comment, map)
    const source = await desk.lightrun('log', name, 'src/price.ts:3', 'total {total}')
    expect([source.code, source.said]).toEqual([1, expect.stringMatching(why)])
    const script = await stand.lightrun('log', name, 'dist/price.cjs:3', 'total {total}', '--json')
    expect(script.code).toBe(0)
    const { id } = JSON.parse(script.stdout) as { id: string }
    const [hit] = await stand.hits(id, 1)
    expect(hit?.data).toMatchObject({ type: 'log', text: expect.stringMatching(/^total \d+$/) })
    expect(running.output()).toBe('')
  })
})
