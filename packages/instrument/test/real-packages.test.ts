import { readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { readVariables, weave } from '../src/index.ts'

type Loader = { _compile(this: unknown, code: string, filename: string, ...rest: unknown[]): unknown }

const require = createRequire(import.meta.url)
const prototype = Module.prototype as unknown as Loader

/** Loads a package afresh with every one of its files woven, runs it, and puts everything back. */
function withWoven<T>(name: string, armed: boolean, use: (loaded: never) => T): { result: T; hits: number } {
  const compile = prototype._compile
  const cells: string[] = []
  const cached = { ...require.cache }
  let hits = 0
  for (const key of Object.keys(require.cache)) delete require.cache[key]
  prototype._compile = function (code, filename, ...rest) {
    const woven = weave(code, { filename, format: 'commonjs' })
    if (woven.status !== 'woven') return compile.call(this, code, filename, ...rest)
    const hit = (index: number, ...args: unknown[]) => {
      hits++
      readVariables(woven.sites[index]!, args)
    }
    for (const cell of woven.cells) {
      Object.defineProperty(globalThis, cell, { value: armed ? hit : undefined, writable: true, configurable: true })
      cells.push(cell)
    }
    return compile.call(this, woven.code, filename, ...rest)
  }
  try {
    return { result: use(require(name) as never), hits }
  } finally {
    prototype._compile = compile
    for (const key of Object.keys(require.cache)) delete require.cache[key]
    Object.assign(require.cache, cached)
    for (const cell of cells) Reflect.deleteProperty(globalThis, cell)
  }
}

const text = readFileSync(new URL('../src/weave.ts', import.meta.url), 'utf8')
const script = readFileSync(require.resolve('sucrase'), 'utf8')

const uses: Record<string, (loaded: never) => unknown> = {
  acorn: (acorn: typeof import('acorn')) => acorn.parse(script, { ecmaVersion: 2022, locations: true }),
  marked: (marked: { marked: { parse(text: string): string } }) => marked.marked.parse('# a\n- b *c*\n\n`d` [e](f)'),
  'js-yaml': (yaml: { dump(x: unknown): string; load(x: string): unknown }) =>
    yaml.load(yaml.dump({ a: [1, { b: 2 }] })),
  yaml: (yaml: { parse(x: string): unknown }) => yaml.parse('a: &x [1, 2]\nb: *x\nc: |\n  text\n'),
  sucrase: (sucrase: { transform(x: string, o: object): unknown }) =>
    sucrase.transform(text, { transforms: ['typescript', 'imports'] }),
  postcss: (postcss: { parse(x: string): object }) => String(postcss.parse('a { b: c } @media (x) { d > e { f: g } }')),
  semver: (semver: { satisfies(a: string, b: string): boolean; sort(x: string[]): string[] }) => [
    semver.satisfies('1.5.3', '^1.2.3 || ~2'),
    semver.sort(['2.0.0', '1.0.0-rc.1', '1.0.0']),
  ],
  ajv: (ajv: { default: new () => { compile(x: object): (v: unknown) => boolean } }) =>
    [{ a: 1 }, { a: 'x' }].map(new ajv.default().compile({ type: 'object', properties: { a: { type: 'number' } } })),
  chalk: (chalk: object) => Object.keys(chalk),
}

for (const [name, use] of Object.entries(uses)) {
  test(`${name}, woven through and through, gives the same results dormant and armed`, () => {
    const expected = JSON.stringify(use(require(name) as never))
    const dormant = withWoven(name, false, (loaded) => JSON.stringify(use(loaded)))
    expect(dormant).toEqual({ result: expected, hits: 0 })
    const armed = withWoven(name, true, (loaded) => JSON.stringify(use(loaded)))
    expect(armed.result).toBe(expected)
    expect(armed.hits).toBeGreaterThan(0)
  })
}

test('a 9 MB compiler is woven and parses', () => {
  const filename = require.resolve('typescript')
  const source = readFileSync(filename, 'utf8')
  const woven = weave(source, { filename, format: 'commonjs' })
  expect(woven).toMatchObject({ status: 'woven', skipped: [] })
  if (woven.status !== 'woven') return
  expect(woven.sites.length).toBeGreaterThan(50_000)
  expect(() => Reflect.construct(Function, ['exports', 'require', 'module', woven.code])).not.toThrow()
})
