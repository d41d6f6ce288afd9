import Module from 'node:module'
import { expect, test } from 'vitest'
import type { TransformedModule } from './load-hook.ts'
import { createStubs, isOwnCompile, type Stub, type StubsOptions } from './program.ts'
import { createWeaver } from './weaver.ts'

const FILE = '/app/lib/a.js'

function setUp(options: Partial<StubsOptions> = {}) {
  const kept: (() => Uint8Array)[] = []
  const global = options.global ?? {}
  const stubFor = createStubs({
    module: { wrap: Module.wrap },
    global,
    ownFile: '/sdk/own.js',
    process: { execArgv: [], env: {} },
    ...options,
  })
  const made = (code: string, rest: Partial<TransformedModule> = {}): TransformedModule => ({
    code,
    format: 'commonjs',
    standsAlone: true,
    keep: (compile) => void kept.push(compile),
    ...rest,
  })
  /** As Node does it: compiles the stub, and calls it with what it made for the module. */
  const load = ({ text, file }: Stub) => {
    const names = ['exports', 'require', 'module', '__filename', '__dirname', ...Object.getOwnPropertyNames(global)]
    const cells = Object.values(Object.getOwnPropertyDescriptors(global)).map(({ value }) => value)
    const module = { exports: {}, id: 'module' }
    const args = [module.exports, 'require', module, file, 'folder', ...cells]
    return Reflect.apply(new Function(...names, text), module.exports, args)
  }
  const run = (made: TransformedModule) => load(stubFor(made, FILE) as Stub)
  return { stubFor, made, load, run, kept }
}

test('a program gets what Node made for the module, and its own name', () => {
  const { run, made } = setUp()
  const code = 'return [this === exports, module.exports === exports, require, __filename, __dirname, arguments.length]'
  expect(run(made(code))).toEqual([true, true, 'require', FILE, '/app/lib', 5])
})

test('places are those of the file, on its first line as well', () => {
  const { run, made } = setUp()
  const stack = run(made('return [new Error().stack,\n new Error().stack]')) as string[]
  expect(stack.map((each) => /a\.js:\d+:\d+/.exec(each)?.[0])).toEqual(['a.js:1:9', 'a.js:2:2'])
})

test('what V8 has made is kept with the functions that were called, and used', () => {
  const { stubFor, run, load, made, kept } = setUp()
  const code = `function called() { return ${'1 + '.repeat(200)}1 }\nreturn called()`
  const stub = stubFor(made(code), FILE) as Stub
  const before = kept[0]?.()
  expect(load(stub)).toBe(201)
  const compiled = kept[0]?.() as Uint8Array
  expect(compiled.length).toBeGreaterThan(before?.length ?? 0)
  expect(run(made(code, { compiled }))).toBe(201)
  expect(kept).toHaveLength(1)
})

test('what V8 refuses is made anew', () => {
  const { run, made, kept } = setUp()
  const compiled = Buffer.alloc(100)
  expect(run(made('return 1', { compiled }))).toBe(1)
  expect(kept).toHaveLength(1)
})

test('Node compiles what it knows more of: dynamic imports, source maps, wrappers, pauses, faults', () => {
  const { stubFor, made } = setUp()
  expect(stubFor({ code: '', format: 'commonjs', keep: () => {} }, FILE)).toBeUndefined()
  expect(stubFor({ code: '', format: 'commonjs', standsAlone: true }, FILE)).toBeUndefined()
  expect(stubFor(made('}'), FILE)).toBeUndefined()
  for (const process of [
    { execArgv: ['--inspect-brk'], env: {} },
    { execArgv: [], env: { NODE_OPTIONS: '--enable-source-maps' } },
    { execArgv: [], env: {}, sourceMapsEnabled: true },
  ]) {
    expect(setUp({ process }).stubFor(made(''), FILE)).toBeUndefined()
  }
  const module = { wrap: Module.wrap }
  const other = setUp({ module })
  module.wrap = (text) => text
  expect(other.stubFor(made(''), FILE)).toBeUndefined()
})

test('a global object that takes nothing is left alone', () => {
  const { stubFor, made } = setUp({ global: Object.freeze({}) })
  expect(stubFor(made(''), FILE)).toBeUndefined()
})

test('two copies in a process do not get each other’s programs', () => {
  const global = {}
  const [one, other] = [setUp({ global }), setUp({ global })]
  const outer = one.stubFor(one.made('return 1'), FILE) as Stub
  const inner = other.stubFor(other.made('return 2'), FILE) as Stub
  expect([one.load(outer), one.load(inner)]).toEqual([1, 2])
})

test('Node’s own way to compile is told from somebody else’s', () => {
  const { _compile } = Module.prototype as unknown as { _compile: (...args: unknown[]) => unknown }
  expect(isOwnCompile(_compile)).toBe(true)
  expect(isOwnCompile((...args: unknown[]) => _compile(...args))).toBe(false)
})

test.each<[string, true | undefined]>([
  ['const a = 1', true],
  ['/** @type {import("a").A} */\nconst a = 1', true],
  ['  * @param {import("a").A} a', true],
  ['// import("a")', true],
  ['const words = "eval arguments"', true],
  ['import ("a")', undefined],
  ['const a = { *b() { return import("a") } }', undefined],
  ['  *b() { return import("a") }', undefined],
  ['/* a */ import("a")', undefined],
  ['import.source("a")', undefined],
  ['eval("import(1)")', undefined],
  ['(eval)(a)', undefined],
])('whether %s may import something', (text, standsAlone) => {
  const weaver = createWeaver(() => ({ status: 'woven', code: '', cells: [], sites: [], skipped: [] }) as never)
  expect(weaver(text, FILE, 'commonjs')).toMatchObject({ status: 'woven', ...(standsAlone && { standsAlone }) })
  expect('standsAlone' in weaver(text, FILE, 'commonjs')).toBe(standsAlone === true)
})
