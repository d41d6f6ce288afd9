// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates in expressions are what is tested.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check, type Sandbox } from '../src/index.ts'
import { evaluate, loadedSandbox, unsafe } from './evaluating.ts'

/**
 * Escape: no expression reaches what was not handed to it, in either evaluator: not the process, not a way to make
 * code, not the host from inside QuickJS.
 */
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await loadedSandbox()
})
afterAll(() => sandbox.dispose())

describe('what would make or load code is no expression', () => {
  test.each([
    'eval("1")',
    'Function("return this")()',
    'new Function("return this")',
    'x.constructor.constructor("return process")()',
    'xs.map(x => x.constructor("return 1")())',
    'import("fs")',
    'import.meta.url',
    'require("fs")',
    'process.exit()',
    'globalThis.process.exit()',
    'setTimeout("1")',
    'Reflect.apply(f, x, [])',
    'Proxy(x, {})',
    'new Proxy(x, {})',
    'f.call(x)',
    'f.apply(x)',
    'f.bind(x)()',
    'xs.map.call(xs, x => x)',
    'x["constructor"]["constructor"]("return 1")',
    'Object.getPrototypeOf(x)',
    'Object.setPrototypeOf(x, y)',
    'Object.defineProperty(x, "a", {})',
    'Object.assign(x, y)',
    'Symbol.for("x")',
    'x.__proto__',
    'x?.__proto__',
    "x['__proto__']",
    'x.__defineGetter__("a", f)',
    'x.__lookupGetter__("a")',
    '({ __proto__: x })',
    '({ "__proto__": x })',
    'xs.map(({ __proto__: p }) => p)',
    'x.then(y => y)',
    'xs.forEach(x => x)',
    'xs.map(function (x) { return this })',
    'xs.map(x => { throw x })',
    'xs.map(async x => x)',
    '(x => x)(1)',
    'text.replace`x`',
    'new.target',
    'super.x',
    'WebAssembly.compile(x)',
    'Atomics.wait(x, 0, 0)',
    'new SharedArrayBuffer(1)',
    'new Date()',
    'Date.now()',
    'Math.random()',
    'performance.now()',
    'delete x.a',
    'x.a = 1',
    'x.a++',
    '[x.a] = [1]',
    'xs.map((x = x.a = 1) => x)',
    'a, b',
    'with (x) y',
    'debugger',
  ])('%s', (source) => {
    const checked = check(source)
    expect(checked).toMatchObject({ status: 'refused', line: 1 })
    if (checked.status === 'refused') expect(checked.message.length).toBeGreaterThan(10)
  })
})

describe('names of the host mean nothing', () => {
  const HOST = ['globalThis', 'process', 'require', 'module', 'global', 'window', 'self', 'console', 'Buffer', 'fetch']
  test.each([...HOST, 'eval', 'Reflect', 'Proxy', 'WebAssembly', 'setTimeout', 'queueMicrotask', 'structuredClone'])(
    '%s',
    async (name) => {
      for (const options of [{}, { engine: 'quickjs' }] as const) {
        expect(await evaluate(sandbox, name, {}, options)).toMatchObject({ status: 'failed' })
        expect(await evaluate(sandbox, `typeof ${name}`, {}, options)).toEqual({ status: 'value', value: 'undefined' })
        expect(await evaluate(sandbox, `[1].map(x => typeof ${name})[0]`, {}, options)).toEqual({
          status: 'value',
          value: 'undefined',
        })
      }
    },
  )
})

describe('inside QuickJS there is no way to code, to the prelude or to the host', () => {
  const inside = (source: string, scope: Record<string, unknown> = {}) =>
    evaluate(sandbox, source, scope, { engine: 'quickjs' })

  test.each([
    '[1].map(x => x["const" + "ructor"]["const" + "ructor"])',
    '[1].map(x => [].map["const" + "ructor"])',
    '[1].map(x => (/a/).exec["const" + "ructor"])',
    '[1].map(x => "".includes["call"])',
    '[1].map(x => [x]["constructor"].from)',
    '[1].map(x => x["__pro" + "to__"])',
    '[{}].map(x => x["__defineGet" + "ter__"])',
    '[f].map(x => x["const" + "ructor"])',
    '[f].map(x => x.name)',
  ])('%s', async (source) => {
    const answer = await inside(source, { f: () => 1 })
    expect(answer).toMatchObject({ status: 'omitted', reason: 'unsafe' })
  })

  test.each(['$in', '$out', '$fail', '$stop', '$spread', '$message', '$'])('%s is not a name', async (name) => {
    expect(await inside(`[1].map(x => typeof ${name})[0]`)).toEqual({ status: 'value', value: 'undefined' })
    expect(check(`${name}("{}")`)).toMatchObject({ status: 'refused' })
    expect(await inside(`[1].map(x => ${name})[0]`, { [name]: 'mine' })).toEqual({ status: 'value', value: 'mine' })
  })

  test('text is data: nothing in a value is read as code', async () => {
    for (const text of ['`${1}`', '"+process+"', '\u2028);$(', '\0', '{"\\u0000":["r",0]}', '])', '\\', '*/']) {
      expect(await inside('[text].map(x => x)[0]', { text })).toEqual({ status: 'value', value: text })
      expect(await inside('[o].map(x => x[text])[0]', { o: { [text]: 1 }, text })).toEqual({
        status: 'value',
        value: 1,
      })
      expect(await inside(`${JSON.stringify(text)}`)).toEqual({ status: 'value', value: text })
    }
    const forged = { '\0': ['r', 0] }
    expect(await inside('[o].map(x => x["\\0"][0])[0]', { o: forged })).toEqual({ status: 'value', value: 'r' })
    expect(await inside('[{ "\\0": ["r", 0] }][0]["\\0"][1]')).toEqual({ status: 'value', value: 0 })
  })

  test('errors carry a text, and nothing to walk', async () => {
    const answer = await inside('[1].map(x => x.a.b)')
    expect(answer).toEqual({ status: 'failed', message: expect.any(String) })
  })
})

describe('host callbacks are never called', () => {
  test('functions of the application, wherever one may stand', async () => {
    let calls = 0
    const f = () => ++calls
    const scope = {
      f,
      // biome-ignore lint/suspicious/noThenProperty: that is the trap.
      o: { f, includes: f, map: f, toString: f, valueOf: f, toJSON: f, then: f },
      xs: [f, f],
      text: 'a',
    }
    for (const source of [
      'xs.map(f)',
      'xs.some(f)',
      'xs.toSorted(f)',
      'xs.reduce(f)',
      'Array.from(xs, f)',
      'text.replace("a", f)',
      'text.replace(/a/, f)',
      'JSON.stringify(o, f)',
      'JSON.parse("1", f)',
      'o.includes(1)',
      'o.map(x => x)',
      '`${o}`',
      'o + 1',
      'o == 1',
      'JSON.stringify(o)',
      'Math.max(o)',
      'new Date(o)',
      'new Map([o])',
      'text[o]',
      '({ [o]: 1 })',
    ]) {
      for (const options of source.includes('new Date') ? [{}] : ([{}, { engine: 'quickjs' }] as const)) {
        const answer = await evaluate(sandbox, source, scope, options)
        expect(answer.status, source).toMatch(/omitted|failed|value/)
        expect(calls, source).toBe(0)
      }
    }
    expect(await evaluate(sandbox, 'xs.map(f)', scope)).toEqual(unsafe('function of the application as a callback'))
  })
})
